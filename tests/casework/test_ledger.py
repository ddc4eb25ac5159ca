"""Whatever people and platforms do: every inbound message is in exactly one state, and the balance is zero."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from resonanz.casework.assign import assign_case, claim_case, move_case, release_claim
from resonanz.casework.close import close_case, reopen_case
from resonanz.casework.ledger import balance
from resonanz.casework.open import queue_due
from resonanz.casework.snooze import snooze_case, wake_case, wake_due
from resonanz.compose.approve import reject_draft, release_draft, submit_draft
from resonanz.compose.draft import drop_draft, open_draft, preview, save_draft, words_hash
from resonanz.connectors.contract import Receipt as Proof
from resonanz.intake.settle import keep_raws, settle_due
from resonanz.kit import clock
from resonanz.kit.errors import ResonanzError
from resonanz.model.models import Attempt, Case, CloseReason, Coverage, Delivery, Draft, Message
from resonanz.outbox.confirm import bounced
from resonanz.outbox.outcome import refuse, unsure
from resonanz.outbox.proof import keep_receipt
from resonanz.outbox.resolve import give_up, say_not_sent, say_sent, send_again
from resonanz.outbox.withdraw import withdraw_delivery
from resonanz.triage.read import read_due
from tests.intake.square import US, Said
from tests.make import NOON

WORDS = """
    say say say edit hide unhide delete native close close reopen snooze wake claim give assign move
    draft release reject drop withdraw sent bounce
    refuse doubt stood stood_not again abandon
"""
STEPS = st.tuples(st.sampled_from(WORDS.split()), st.integers(0, 9), st.integers(0, 9))


class Days:
    """A house through which random days go; refusals are answers too."""

    def __init__(self, town):
        self.town, self.said, self.number = town, [], 0
        self.people = [town.alice, town.bob, town.lead, town.charlie, town.editor]

    def go(self, act, one, other):
        self.number += 1
        with clock.frozen(NOON + timedelta(minutes=self.number)):
            try:
                getattr(self, act)(one, other)
            except ResonanzError:
                return
            finally:
                self.flow()

    def flow(self):
        settle_due()
        read_due()
        queue_due()
        wake_due()

    def arrive(self, said):
        self.said.append(said)
        keep_raws(self.town.page, [said.raw()])

    def say(self, one, other):
        text = ("Danke!", "Wann kommt die 2?", "Es riecht nach Gas!")[other % 3]
        self.arrive(Said(id=self.number, author=2 + one % 3, version=self.number, at=self.number, text=text))

    def change(self, verb, one):
        if self.said:
            said = self.said[one % len(self.said)]
            self.arrive(said.then(verb, self.number, self.number, f"{said.text} {self.number}"))

    def edit(self, one, other):
        self.change("edit", one)

    def hide(self, one, other):
        self.change("hide", one)

    def unhide(self, one, other):
        self.change("unhide", one)

    def delete(self, one, other):
        self.change("delete", one)

    def native(self, one, other):
        if self.said:
            asked = self.said[one % len(self.said)]
            self.arrive(
                Said(id=self.number, author=US, answers=asked, version=self.number, at=self.number, began=self.number)
            )

    def case(self, one):
        cases = list(Case.objects.order_by("pk"))
        if not cases:
            raise ResonanzError
        return cases[one % len(cases)]

    def by(self, other):
        return self.people[other % len(self.people)]

    def close(self, one, other):
        close_case(self.case(one), by=self.by(other), reason=CloseReason.values[other % 5])

    def reopen(self, one, other):
        reopen_case(self.case(one), by=self.by(other))

    def snooze(self, one, other):
        snooze_case(self.case(one), until=clock.now() + timedelta(minutes=other), by=self.by(other))

    def wake(self, one, other):
        wake_case(self.case(one), by=self.by(other))

    def claim(self, one, other):
        claim_case(self.case(one), by=self.by(other))

    def give(self, one, other):
        release_claim(self.case(one), by=self.by(other))

    def assign(self, one, other):
        assign_case(self.case(one), to=self.by(one), by=self.by(other))

    def move(self, one, other):
        move_case(self.case(one), to=(self.town.queue, self.town.other_queue)[other % 2], by=self.town.lead)

    def draft(self, one, other):
        case = self.case(one)
        target = Message.objects.inbound().filter(conversation__case=case).latest("occurred_at")
        draft = open_draft(case, target=target, by=self.by(other))
        draft = save_draft(draft, text=f"Antwort {self.number}.", revision=draft.revision, by=self.by(other))
        submit_draft(draft, by=self.by(other), revision=draft.revision, close_case=bool(other % 2))

    def one_of(self, model, one):
        rows = list(model.objects.order_by("pk"))
        if not rows:
            raise ResonanzError
        return rows[one % len(rows)]

    def release(self, one, other):
        draft = self.one_of(Draft, one)
        release_draft(
            draft, content_hash=preview(draft).content_hash, words=words_hash(draft.target), by=self.town.lead
        )

    def reject(self, one, other):
        reject_draft(self.one_of(Draft, one), by=self.town.lead, reason="no")

    def drop(self, one, other):
        drop_draft(self.one_of(Draft, one), by=self.by(other))

    def withdraw(self, one, other):
        withdraw_delivery(self.one_of(Delivery, one), by=self.by(other))

    def sent(self, one, other):
        delivery = self.one_of(Delivery, one)
        if delivery.state == "waiting":
            keep_receipt(delivery, Proof(f"sq-{9000 + delivery.pk}", clock.now()), attempt=None)

    def bounce(self, one, other):
        bounced(self.town.page, about=f"sq-{9000 + self.one_of(Delivery, one).pk}", why="no such mailbox")

    def refuse(self, one, other):
        delivery = self.one_of(Delivery, one)
        if delivery.state == "waiting":
            refuse(delivery, "no such mailbox")

    def doubt(self, one, other):
        delivery = self.one_of(Delivery, one)
        if delivery.state == "waiting":
            unsure(Attempt.objects.create(delivery=delivery, number=delivery.attempts.count() + 1), "the line broke")

    def stood(self, one, other):
        say_sent(self.one_of(Delivery, one), by=self.town.lead)

    def stood_not(self, one, other):
        say_not_sent(self.one_of(Delivery, one), by=self.town.lead)

    def again(self, one, other):
        send_again(self.one_of(Delivery, one), by=self.town.lead)

    def abandon(self, one, other):
        give_up(self.one_of(Delivery, one), by=self.town.lead)


def check(town):
    start, end = NOON - timedelta(days=1), NOON + timedelta(days=9)
    whole = balance(start, end)
    inbound = Message.objects.inbound()
    assert whole.unaccounted == 0
    assert whole.messages == inbound.count() == sum(line.count for line in whole.message_lines)
    assert inbound.filter(coverage__in=Coverage.values).count() == inbound.count()
    assert whole.arrivals == sum(line.count for line in whole.arrival_lines)
    middle = NOON + timedelta(minutes=7)
    parts = balance(start, middle), balance(middle, end)
    assert sum(part.messages for part in parts) == whole.messages
    assert sum(part.open for part in parts) == whole.open


def nobody_is_forgotten():
    """An open message lies in a case that somebody sees: open, or coming back by itself."""
    lost = Message.objects.open().filter(state="queued").exclude(conversation__case__state__in=["open", "snoozed"])
    assert list(lost.values_list("pk", "text", "conversation__case__state")) == []


def nobody_is_said_to_be_answered_who_got_nothing():
    """Each answered message has a reply to it, or to a later word beside it, that left or may still leave."""
    replies = list(Delivery.objects.select_related("target"))
    carry = [one for one in replies if one.state in {"waiting", "sending", "sent", "confirmed"}]
    carry += [one for one in replies if one.state == "unsure" and one.resolved_at is None]
    for message in Message.objects.filter(coverage=Coverage.ANSWERED):
        assert [
            one
            for one in carry
            if one.target.conversation_id == message.conversation_id and one.target.occurred_at >= message.occurred_at
        ], (message.pk, message.text, [(one.pk, one.state) for one in replies])


MANY = settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ENDINGS = "say draft release close close withdraw sent bounce refuse doubt stood stood_not again abandon reopen"


@given(steps=st.lists(st.tuples(st.sampled_from(ENDINGS.split()), st.integers(0, 3), st.integers(0, 4)), max_size=25))
@MANY
def test_whatever_becomes_of_replies_nobody_is_answered_who_got_nothing(town, steps):
    sid = transaction.savepoint()
    days = Days(town)
    start = [("say", 0, 1), ("say", 0, 1), ("draft", 0, 1), ("release", 0, 0), ("close", 0, 0)]

    for act, one, other in [*start, *steps]:
        days.go(act, one, other)
        check(town)
        nobody_is_forgotten()
        nobody_is_said_to_be_answered_who_got_nothing()

    transaction.savepoint_rollback(sid)


@given(steps=st.lists(STEPS, min_size=1, max_size=25))
@MANY
def test_the_balance_is_zero_after_any_history(town, steps):
    sid = transaction.savepoint()
    days = Days(town)

    for act, one, other in steps:
        days.go(act, one, other)
        check(town)
        nobody_is_forgotten()
        nobody_is_said_to_be_answered_who_got_nothing()

    transaction.savepoint_rollback(sid)


@pytest.mark.parametrize("coverage", ["", "nothing known"])
def test_the_table_knows_no_message_without_a_state(town, coverage):
    Days(town).go("say", 0, 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(coverage=coverage)


def test_a_person_counts_once_however_often_the_arrival_comes(town):
    days = Days(town)
    days.go("say", 0, 1)

    with clock.frozen(NOON + timedelta(minutes=1)):
        keep_raws(town.page, [days.said[0].raw(), days.said[0].raw(1)])
        days.flow()

    assert balance(NOON - timedelta(days=1), NOON + timedelta(days=1)).messages == 1
