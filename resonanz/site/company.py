"""The demo company: Auenwerke, an invented regional energy and transport company, with its team, queues, accounts and
text blocks. Loaded once; a second start only brings the addresses of the sandbox up to date.
"""

from dataclasses import dataclass

from django.db.transaction import atomic

from resonanz.accounts.connect import connect_account, repoint_account
from resonanz.casework.team import create_queue, create_team, invite_agent
from resonanz.compose.blocks import approve_version, create_block, submit_version
from resonanz.model.models import Account, Agent, Team
from resonanz.sandbox import seeds
from resonanz.site.company_blocks import BLOCKS

PASSWORD = "auental-demo"  # noqa: S105 - a demo password, printed at the start
POLL_S = "2"


@dataclass(frozen=True, slots=True)
class Person:
    """One member of the demo team."""

    email: str
    name: str
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    language: str


PEOPLE = (
    Person("alina@auenwerke.example", "Alina Roth", ("agent",), ("Kundendialog",), "de"),
    Person("tom@auenwerke.example", "Tom Baker", ("agent",), ("Kundendialog", "Fahrgäste"), "en"),
    Person("bruno@auenwerke.example", "Bruno Weiß", ("lead",), ("Kundendialog", "Fahrgäste"), "de"),
    Person("eva@auenwerke.example", "Eva Sommer", ("editor",), ("Kundendialog",), "de"),
    Person("otto@auenwerke.example", "Otto Lindner", ("operator", "lead"), ("Kundendialog",), "de"),
    Person("petra@auenwerke.example", "Petra Vogt", ("privacy",), (), "de"),
)
QUEUES = (
    ("Allgemeines", "Kundendialog", ()),
    ("Störungen", "Kundendialog", ("strom", "stromausfall", "ausfall", "störung", "gas", "heizung", "outage", "power")),
    ("Rechnung", "Kundendialog", ("rechnung", "abschlag", "mahnung", "tarif", "zähler", "invoice", "bill", "tariff")),
    (
        "Fahrgäste",
        "Fahrgäste",
        ("bus", "tram", "bahn", "linie", "haltestelle", "fahrplan", "ticket", "timetable", "stop"),
    ),
)


def load_company(sandbox: int, smtp: int, imap: int) -> None:
    """Make the company where there is none; bring the sandbox's ports up to date in any case."""
    wanted = _accounts(sandbox, smtp, imap)
    if not Agent.objects.exists():
        with atomic():
            _make(wanted)
    for channel, settings in wanted.items():
        for account in Account.objects.filter(channel=channel, name=seeds.COMPANY):
            repoint_account(account, settings=settings)


def _make(wanted: dict[str, dict[str, str]]) -> None:
    teams = {name: create_team(name, by=None) for name in ("Kundendialog", "Fahrgäste")}
    for name, team, words in QUEUES:
        create_queue(name, by=None, team=teams[team], words=words, is_default=name == "Allgemeines")
    people = {one.email: _invite(one, teams) for one in PEOPLE}
    editor, lead = people["eva@auenwerke.example"], people["bruno@auenwerke.example"]
    for block in BLOCKS:
        version = create_block(name=block.name, folder=block.folder, forms=block.forms, by=editor)
        approve_version(submit_version(version, by=editor), by=lead)
    for channel, settings in wanted.items():
        connect_account(
            channel=channel, name=seeds.COMPANY, settings=settings, secrets=SECRETS[channel], queue=None, by=None
        )


SECRETS = {
    "square": {"token": seeds.SQUARE_TOKEN, "hook_secret": seeds.SQUARE_HOOK_SECRET},
    "mastodon": {"token": seeds.MASTODON_TOKEN},
    "email": {"password": seeds.MAIL_PASSWORD},
}


def _invite(one: Person, teams: dict[str, Team]) -> Agent:
    return invite_agent(
        email=one.email,
        name=one.name,
        password=PASSWORD,
        roles=one.roles,
        teams=[teams[name] for name in one.teams],
        by=None,
        language=one.language,
    )


def _accounts(sandbox: int, smtp: int, imap: int) -> dict[str, dict[str, str]]:
    base = f"http://127.0.0.1:{sandbox}"
    return {
        "square": {"base_url": base, "poll_every_s": POLL_S},
        "mastodon": {"base_url": base, "handle": seeds.MASTODON_HANDLE, "poll_every_s": POLL_S},
        "email": {
            "address": seeds.MAIL_ADDRESS,
            "from_name": seeds.COMPANY,
            "imap_host": "127.0.0.1",
            "imap_port": str(imap),
            "imap_protection": "plain",
            "imap_user": seeds.MAIL_LOGIN,
            "smtp_host": "127.0.0.1",
            "smtp_port": str(smtp),
            "smtp_protection": "plain",
            "keep_sent": "yes",
            "poll_every_s": POLL_S,
        },
    }
