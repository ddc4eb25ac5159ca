"""A house with one account at a sandbox, and the way from a customer's word to a released reply."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from resonanz.accounts.connect import connect_account
from resonanz.compose.approve import release_draft, submit_draft
from resonanz.compose.draft import open_draft, preview, save_draft, words_hash
from resonanz.intake.collect import collect_due
from resonanz.kit import clock
from resonanz.model.models import Account, Cursor, Delivery, Message
from resonanz.outbox.confirm import confirm_sent, look_for_unsure
from resonanz.outbox.deliver import deliver_due
from resonanz.sandbox import World, bluesky_records, customers, mailboxes, seeds, serving
from resonanz.sandbox.mailroom import mailroom
from resonanz.sandbox.mastodon_shapes import native
from resonanz.work.loop import run_until_idle


@dataclass
class Desk:
    """``channel`` is square, mastodon or email; texts are told apart by their number."""

    town: object
    world: World
    account: Account
    channel: str
    number: int = 0

    def asks(self, text: str = "", name: str = "Ada Lohmann"):
        """A customer speaks on the platform; gives the entry."""
        self.number += 1
        text = text or f"Wann kommt die Linie {self.number}?"
        who = self.world.join(self.channel, name)
        if self.channel == "mastodon":
            return self.world.write(who, f"@{seeds.MASTODON_HANDLE} {text}", kind="status")
        post = self.post()
        return self.world.write(who, text, kind="comment", parent=post, answers=post)

    def post(self):
        us = self.world.us("square")
        found = self.world.entries("platform = 'square' AND kind = 'post'")
        return found[0] if found else self.world.write(us, "Neues vom Netz", kind="post")

    def comes_in(self) -> None:
        Cursor.objects.update(due_at=clock.now(), claimed_until=None)
        collect_due()
        run_until_idle()

    def message_of(self, entry) -> Message:
        self.comes_in()
        return Message.objects.get(native_id=f"sq-{entry.id}" if self.channel == "square" else native(entry.id))

    def released(self, entry, text: str = "") -> Delivery:
        """The reply to an entry, written by Alice, released by Lena, past its undo seconds."""
        return self.released_for(self.message_of(entry), text or f"Um {self.number} Uhr.")

    def released_for(self, target: Message, text: str) -> Delivery:
        case = target.conversation.case
        draft = open_draft(case, target=target, by=self.town.alice)
        draft = save_draft(draft, text=text, revision=draft.revision, by=self.town.alice)
        draft = submit_draft(draft, by=self.town.alice, revision=draft.revision)
        return release_draft(
            draft, content_hash=preview(draft).content_hash, words=words_hash(draft.target), by=self.town.lead
        )

    def ours(self, entry):
        """What we said to an entry, as the platform shows it."""
        us = self.world.us(self.channel)
        return self.world.entries("author_id = ? AND answers_id = ?", us.id, entry.id)

    def run(self, *minutes: float) -> None:
        """Run the delivering loop now and after so many minutes."""
        for ahead in minutes or (1,):
            with clock.shifted(timedelta(minutes=ahead)):
                deliver_due()
                look_for_unsure()
                confirm_sent()


@dataclass
class SkyDesk(Desk):
    """At Bluesky: people answer beneath our post."""

    def asks(self, text: str = "", name: str = "Ada Lohmann"):
        self.number += 1
        return customers.skeet(self.world, name, text or f"Wann kommt die Linie {self.number}?", self.post())

    def post(self):
        found = self.world.entries("platform = 'bluesky' AND answers_id IS NULL")
        return found[0] if found else self.says("Neues vom Netz")

    def says(self, text: str, answers=None):
        """Somebody of us writes there."""
        us = self.world.us("bluesky")
        return bluesky_records.keep(self.world, us, bluesky_records.by_client(self.world, text, answers))

    def message_of(self, entry) -> Message:
        self.comes_in()
        return Message.objects.get(native_id=bluesky_records.uri(self.world, entry))


@dataclass
class MailDesk(Desk):
    """People write to the mailbox of the house."""

    def writes(self, who: str) -> Message:
        """A first mail from this address; gives the message that it became."""
        self.number += 1
        head = f"From: {who}\nSubject: Zähler {self.number}\nMessage-ID: <{self.number}@post.auental.example>\n"
        mail = f"{head}Date: Mon, 23 Nov 2026 11:00:00 +0000\n\nWie lese ich den Zähler {self.number} ab?"
        mailboxes.deliver(self.world, seeds.MAIL_ADDRESS, mail.encode())
        self.comes_in()
        return Message.objects.get(subject=f"Zähler {self.number}")

    def got(self, who: str) -> int:
        """How many mails lie in the mailbox of this address."""
        return len(mailboxes.mails(self.world, who))


def connected(town, channel: str, address: str) -> Account:
    Account.objects.all().delete()
    secrets = {"token": seeds.SQUARE_TOKEN, "hook_secret": seeds.SQUARE_HOOK_SECRET}
    if channel == "mastodon":
        secrets = {"token": seeds.MASTODON_TOKEN}
    settings = {"base_url": address}
    if channel == "bluesky":
        secrets = {"app_password": seeds.BLUESKY_PASSWORD}
        settings |= {"handle": seeds.BLUESKY_HANDLE}
    return connect_account(
        channel=channel, name="Auenwerke", settings=settings, secrets=secrets, by=None, queue=town.queue
    )


@pytest.fixture
def world() -> Iterator[World]:
    one = World(":memory:")
    one.quota = 100_000
    yield one
    one.close()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with serving(world) as found:
        yield found


@pytest.fixture
def desk(town, world: World, address: str) -> Desk:
    """At the square, where every answer has a key."""
    return Desk(town, world, connected(town, "square", address), "square")


@pytest.fixture
def keyless(town, world: World, address: str) -> Desk:
    """At Mastodon, where a repeat must be found, not keyed."""
    return Desk(town, world, connected(town, "mastodon", address), "mastodon")


@pytest.fixture
def sky(town, world: World, address: str) -> SkyDesk:
    """At Bluesky, where a repeat finds what is there under its key."""
    return SkyDesk(town, world, connected(town, "bluesky", address), "bluesky")


@pytest.fixture
def post(town, world: World) -> Iterator[MailDesk]:
    """At a mailbox, in the sandbox's mail room."""
    Account.objects.all().delete()
    with mailroom(world) as ports:
        settings = {"address": seeds.MAIL_ADDRESS, "imap_user": seeds.MAIL_LOGIN, "imap_host": "127.0.0.1"}
        settings |= {"imap_port": str(ports.imap), "imap_protection": "plain", "smtp_host": "127.0.0.1"}
        settings |= {"smtp_port": str(ports.smtp), "smtp_protection": "plain"}
        account = connect_account(
            channel="email", name="Post", settings=settings, secrets={"password": seeds.MAIL_PASSWORD}, by=None,
            queue=town.queue,
        )  # fmt: skip
        yield MailDesk(town, world, account, "email")
