"""Sample data for looking round in a new house: filled in like any file, and removed without a trace but its events."""

import io
from datetime import timedelta

import orjson
from django.db.models import Exists, OuterRef, Q
from django.db.transaction import atomic

from resonanz.accounts.connect import connect_account
from resonanz.intake.file import import_file
from resonanz.intake.sample_texts import PLACES, SAID
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.model import search
from resonanz.model.models import (
    Account,
    Agent,
    Case,
    Contact,
    Conversation,
    Delivery,
    FileImport,
    Identity,
    May,
    Merge,
)

CHANNEL = "practice"  # replies to it stay in the house
FILE = "samples"
NAME = "Sample data"


def samples() -> Account | None:
    """The account that holds the sample data, where there is one."""
    older = Q(channel="file", settings__has_key="samples")  # as it was before replies to it were possible
    return Account.objects.filter(Q(channel=CHANNEL) | older).first()


def fill_samples(*, name: str = NAME, by: Agent) -> FileImport:
    """Bring the sample data in, as a file whose lines lie up to three days back. Only where none is here."""
    if not by.may(May.IMPORT):
        raise NotAllowed
    if samples() is not None:
        raise Refused("The sample data is here already.")
    with atomic():
        account = connect_account(channel=CHANNEL, name=name, settings={}, secrets={}, by=None)
        record("samples.filled", account, by=by)
    return import_file(account, name=f"{FILE}.jsonl", content=io.BytesIO(_lines()), by=by)


def remove_samples(*, by: Agent) -> int:
    """Take the sample data away again, with everything that was done with it: cases, notes, drafts, people who wrote
    nowhere else. A case that also holds words from elsewhere stays with those. Returns how many cases went.
    """
    if not by.may(May.IMPORT):
        raise NotAllowed
    account = samples()
    if account is None:
        return 0
    with atomic():
        account = Account.objects.locked(account)
        talks = Conversation.objects.filter(account=account)
        elsewhere = Conversation.objects.filter(case=OuterRef("pk")).exclude(account=account)
        gone = list(
            Case.objects.filter(~Exists(elsewhere), conversations__in=talks).distinct().values_list("pk", flat=True)
        )
        people = set(Identity.objects.filter(conversations__in=talks).values_list("contact", flat=True))
        faces = list(Identity.objects.filter(conversations__in=talks).distinct().values_list("pk", flat=True))
        Delivery.objects.filter(account=account).delete()
        Case.objects.filter(pk__in=gone).delete()
        account.delete()
        written = Conversation.objects.filter(identity=OuterRef("pk"))
        Identity.objects.filter(~Exists(written), pk__in=faces, messages=None).delete()
        _forget_people(people)
        search.forget_gone()
        record("samples.removed", by=by, cases=len(gone))
    return len(gone)


def _forget_people(people: set[int]) -> None:
    """Those of them who have nothing else here: no profile, no case, and who were not merged with anybody."""
    merged = Merge.objects.filter(kept=OuterRef("pk"))
    alone = Contact.objects.filter(~Exists(merged), pk__in=people, identities=None, cases=None, merged_into=None)
    alone.filter(merged=None).delete()


def _lines() -> bytes:
    now, lines = clock.now(), []
    for number, said in enumerate(SAID, start=1):
        title, text = PLACES[said.place]
        lines.append(
            {
                "id": f"s{number}", "time": (now - timedelta(minutes=said.minutes)).isoformat(), "author": said.name,
                "name": said.name, "text": said.text, "thread": said.place, "thread_title": title, "thread_text": text,
                "rating": said.rating,
            }
        )  # fmt: skip
    return b"\n".join(orjson.dumps(line) for line in lines)
