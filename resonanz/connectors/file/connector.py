"""Files: nothing is asked and nothing is sent; the house hands lines over and this says what they mean."""

from datetime import date
from pathlib import Path

from resonanz.connectors.contract import Access, Arrival, Base, Health, Incoming, Limits, Manifest, Setting
from resonanz.connectors.file.parse import DEFAULT_ZONE, parse

MANIFEST = Manifest(
    channel="file",
    name="File",
    icon="Fi",
    abilities=frozenset(),
    limits=Limits(text_max=2_000_000),
    settings=(Setting("timezone", "Time zone", "For times that name none", required=False, default=DEFAULT_ZONE),),
    api_read_on=date(2026, 11, 23),
    identity_scope="account",
)


class File(Base):
    """The connector. ``read`` in read.py takes a file apart; ids must be unique for one account, so give each source an
    account of its own.
    """

    manifest = MANIFEST
    folder = Path(__file__).parent

    def parse(self, access: Access, arrival: Arrival) -> Incoming:
        return parse(arrival.body, account=access.account, zone=access.settings.get("timezone", DEFAULT_ZONE))

    def health(self, access: Access) -> Health:
        return Health(ok=True, said="Ready for files.", account_name=access.account)
