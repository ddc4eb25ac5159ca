"""Practice: lines are handed over as a file's are, and a reply is taken without leaving the house. So a new team can
work through its first answers before anything is connected.
"""

from datetime import date
from hashlib import sha256
from pathlib import Path

from resonanz.connectors.contract import Ability, Access, Health, Limits, Manifest, Outgoing, Receipt
from resonanz.connectors.file.connector import File

MANIFEST = Manifest(
    channel="practice",
    name="Practice",
    icon="Pr",
    abilities=frozenset({Ability.PUBLIC_REPLY, Ability.KEYED_SEND}),
    limits=Limits(text_max=2_000),
    settings=(),
    api_read_on=date(2026, 11, 24),
    identity_scope="account",
    only_to_try=True,
)


class Practice(File):
    """The connector. What is sent gets a receipt by its key, so a repeat is the same reply."""

    manifest = MANIFEST
    folder = Path(__file__).parent

    def send(self, access: Access, outgoing: Outgoing) -> Receipt:
        return Receipt(sha256(outgoing.key.encode()).hexdigest()[:32], access.now)

    def health(self, access: Access) -> Health:
        return Health(ok=True, said="Ready. Replies stay in the house.", account_name=access.account)
