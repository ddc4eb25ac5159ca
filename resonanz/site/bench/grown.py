"""A house that has grown: cases with five messages each, written with a few prepared statements, for measuring pages.

The backlog is the same in a young house as in a grown one (the youngest cases are open, some put off), as after a day
with 6,000 comments: so both show pages of as many rows, and growth says what all that was closed before costs. With the
same *share* open, the young house would have half-empty pages, and growth would mostly measure the drawing of rows.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.transaction import atomic

from resonanz.casework.search import index_due
from resonanz.kit import clock
from resonanz.model.bulk import insert, take_ids
from resonanz.model.models import (
    Account,
    Agent,
    Case,
    Contact,
    Conversation,
    Event,
    Identity,
    Message,
    Queue,
    Reading,
    Team,
    Thread,
)
from resonanz.site.bench.speech import texts

MESSAGES = 5  # in each case: in, out, in, out, in
CASES_PER_POST, CASES_PER_CONTACT = 50, 2
QUEUES, TEAMS, AGENTS, CHANNELS = 12, 4, 20, ("square", "mastodon", "email")
BATCH = 2000
STEP = timedelta(seconds=40)


@dataclass(frozen=True, slots=True)
class Grown:
    """Who looks at the house: a lead sees every queue, an agent those of one team. ``lonely``: a queue of one case."""

    lead: Agent
    agent: Agent
    agents: tuple[Agent, ...]
    full: Queue
    lonely: Queue


def grow(cases: int, is_open: int, later: int) -> Grown:
    """Fill an empty house with ``cases`` cases, so many of them open and put off; the same every time."""
    teams = [Team.objects.create(name=f"Team {n}") for n in range(TEAMS)]
    queues = [
        Queue.objects.create(
            name=f"Korb {n}", slug=f"korb-{n}", team=teams[n % TEAMS], position=n, is_default=n == 0, words=[]
        )
        for n in range(QUEUES)
    ]
    lonely = Queue.objects.create(name="Einzeln", slug="einzeln", position=QUEUES)
    agents = [_agent(n, teams[n % TEAMS]) for n in range(AGENTS)]
    accounts = [
        Account.objects.create(channel=name, name=name, native_id="", settings={}, locked_secrets=b"", hook_key=name)
        for name in CHANNELS
    ]
    maker = _Maker(cases, (is_open, later), queues, agents, accounts)
    for first in range(0, cases, BATCH):
        with atomic():
            maker.make(first, min(BATCH, cases - first))
    while index_due(BATCH):
        pass
    Case.objects.filter(pk=Case.objects.open().order_by("pk").values("pk")[:1]).update(queue=lonely)
    return Grown(agents[0], agents[1], tuple(agents), queues[1], lonely)


def _agent(number: int, team: Team) -> Agent:
    roles = ["lead"] if number == 0 else ["agent"]
    made = Agent.objects.create_user(f"a{number}@bench.example", name=f"Person {number}", roles=roles, language="de")
    made.teams.set([team])
    return made


class _Maker:
    """Makes the rows of one batch after the other, each table in one statement."""

    def __init__(
        self,
        total: int,
        backlog: tuple[int, int],
        queues: Sequence[Queue],
        agents: Sequence[Agent],
        accounts: Sequence[Account],
    ) -> None:
        self.total, self.queues, self.agents, self.accounts = total, queues, agents, accounts
        self.dice = random.Random(11)  # noqa: S311 - no secret
        self.known, self.now = texts(), clock.now()
        self.first_open = total - backlog[0]
        self.first_later = self.first_open - backlog[1]

    def make(self, first: int, count: int) -> None:
        """Cases ``first`` … with all that hangs on them."""
        people, posts = -(-count // CASES_PER_CONTACT), -(-count // CASES_PER_POST)
        contacts, threads = take_ids(Contact, people), take_ids(Thread, posts)
        cases, talks = take_ids(Case, count), take_ids(Conversation, count)
        identities, messages = take_ids(Identity, people), take_ids(Message, count * MESSAGES)
        insert(Contact, ["pk", "name"], [(pk, f"Person {pk}") for pk in contacts])
        insert(
            Identity,
            ["pk", "contact_id", "channel", "native_id", "name", "handle"],
            [(pk, c, CHANNELS[n % 3], f"p-{pk}", f"Person {pk}", f"person{pk}")
             for n, (pk, c) in enumerate(zip(identities, contacts, strict=True))],
        )  # fmt: skip
        self._threads(threads)
        insert(Case, _CASE, [self._case(first + n, pk, contacts[n // CASES_PER_CONTACT]) for n, pk in enumerate(cases)])
        insert(
            Conversation,
            ["pk", "account_id", "native_id", "thread_id", "identity_id", "case_id"],
            [(pk, self._account(first + n), f"talk-{pk}", threads[n // CASES_PER_POST],
              identities[n // CASES_PER_CONTACT], cases[n]) for n, pk in enumerate(talks)],
        )  # fmt: skip
        rows = [row for n in range(count) for row in self._messages(first + n, talks[n], n, messages, identities)]
        insert(Message, _MESSAGE, rows)
        insert(Reading, _READING, [(row[0], "de", "sie", {}, "bench") for row in rows if row[4] == "in"])
        insert(Event, ["kind", "case_id", "at"], [("case.claimed", pk, self.now) for pk in cases])

    def _account(self, number: int) -> int:
        return self.accounts[number // CASES_PER_POST % len(self.accounts)].pk

    def _threads(self, ids: Sequence[int]) -> None:
        rows = [(pk, self.accounts[n % 3].pk, f"post-{pk}", f"Beitrag {pk}", self._text()) for n, pk in enumerate(ids)]
        insert(Thread, ["pk", "account_id", "native_id", "title", "text"], rows)

    def _case(self, number: int, pk: int, contact: int) -> tuple[Any, ...]:
        at = self._at(number)
        is_open, is_closed = number >= self.first_open, number < self.first_later
        state = "open" if is_open else "closed" if is_closed else "snoozed"
        assignee = self.dice.choice(self.agents).pk if self.dice.random() < 0.4 or not is_open else None  # noqa: PLR2004
        queue = self.dice.choice(self.queues).pk
        urgency = self.dice.choices((0, 1, 2, 3), (70, 20, 8, 2))[0]
        return (
            pk, contact, queue, state, self.known[number % len(self.known)][:120], assignee, urgency,
            at if is_open else None, self.now + STEP if state == "snoozed" else None, at + STEP if is_closed else None,
            "answered" if is_closed else "", at, at,
        )  # fmt: skip

    def _messages(
        self, number: int, talk: int, within: int, ids: Sequence[int], identities: Sequence[int]
    ) -> Iterator[tuple[Any, ...]]:
        at = self._at(number)
        for n in range(MESSAGES):
            pk, is_in = ids[within * MESSAGES + n], n % 2 == 0
            waits = is_in and number >= self.first_open and n == MESSAGES - 1
            yield (
                pk, self._account(number), talk, f"m-{pk}", "in" if is_in else "out",
                identities[within // CASES_PER_CONTACT] if is_in else None, f"{self._text()} {mark(pk)}", "1", [],
                at + timedelta(seconds=n), at + timedelta(seconds=n), "queued",
                ("open" if waits else "answered") if is_in else "", None if waits or not is_in else at,
            )  # fmt: skip

    def _at(self, number: int) -> datetime:
        return self.now - STEP * (self.total - number)

    def _text(self) -> str:
        return self.dice.choice(self.known)


def mark(number: int) -> str:
    """A word that only this message has."""
    letters = "qx"
    while number:
        number, digit = divmod(number, 20)
        letters += "bcdfghjklmnpqrstvwxz"[digit]
    return letters


_CASE = (
    "pk", "contact_id", "queue_id", "state", "title", "assignee_id", "urgency", "waiting_since", "snoozed_until",
    "closed_at", "close_reason", "opened_at", "changed_at",
)  # fmt: skip
_MESSAGE = (
    "pk", "account_id", "conversation_id", "native_id", "direction", "author_id", "text", "version", "references",
    "occurred_at", "received_at", "state", "coverage", "covered_at",
)  # fmt: skip
_READING = ("message_id", "language", "address_form", "found", "readers")
