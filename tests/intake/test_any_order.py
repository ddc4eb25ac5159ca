"""Whatever the order, the repetitions and the batches: the same things said give the same end."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from resonanz.casework.ledger import balance
from resonanz.intake.settle import keep_raws, settle_due
from resonanz.kit import clock
from resonanz.model.models import Arrival, ArrivalState, Conversation, Identity, Message, Thread
from tests.intake.square import US, Said
from tests.make import NOON

WILD = settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],  # shrinking settles thousands of batches
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = ("", "Ada", "Ada L.", "Zoë")
POSTS = ("", "Störung im Netz", "Störung im Netz, behoben")
TEXTS = ("Danke", "Wann?", "Wo bleibt die 2?", "\u202eנסתר", "e\u0301 🙂", "")


@st.composite
def histories(draw):
    """What happens on a square: comments, direct messages, answers of colleagues, edits, deletions, hiding."""
    versions, happened, entries = iter(range(1, 1000)), [], []
    for number in range(draw(st.integers(1, 5))):
        author = draw(st.integers(2, 4))
        to = US if draw(st.booleans()) and draw(st.booleans()) else None
        entries.append(_begin(draw, number, versions, author=author, to=to, post=900 + draw(st.integers(0, 1))))
    for number in range(draw(st.integers(0, 3))):
        asked = draw(st.sampled_from([one for one in entries if one.author != US]))
        to = asked.author if asked.to is not None else None
        entries.append(
            _begin(draw, 50 + number, versions, author=US, to=to, post=asked.post, answers=None if to else asked)
        )
    for entry in entries:
        happened.append(entry)
        happened += _changes(draw, entry, versions)
    return happened


def _begin(draw, number, versions, **fields):
    version = next(versions)
    said = Said(
        id=1000 + number,
        version=version,
        at=version,
        began=version,
        text=draw(st.sampled_from(TEXTS[:3])),
        name=draw(st.sampled_from(NAMES)),
        post_text=draw(st.sampled_from(POSTS)),
    )
    return Said(**{**said.__dict__, **fields})


def _changes(draw, entry, versions):
    verbs = draw(st.lists(st.sampled_from(["edit", "edit", "hide", "unhide", "delete"]), max_size=4))
    if "delete" in verbs:
        verbs = [*verbs[: verbs.index("delete")], "delete"]
    for verb in verbs:
        version = next(versions)
        text = draw(st.sampled_from(TEXTS)) if verb == "edit" else entry.text
        entry = entry.then(verb, version, version, text)
        yield entry


@dataclass(frozen=True)
class End:
    messages: dict
    conversations: dict
    identities: frozenset
    threads: dict
    unsettled: int


def settle_all(account, raws, sizes):
    """Let arrivals come in batches of the given sizes, then let a day and more go by."""
    sid = transaction.savepoint()
    try:
        position = 0
        for size in sizes:
            with clock.frozen(NOON + timedelta(seconds=position)):
                keep_raws(account, raws[position : position + size])
                while settle_due(most=max(1, size)):
                    pass
            position += size
        for hours in range(30):
            with clock.frozen(NOON + timedelta(hours=hours, minutes=1)):
                keep_raws(account, raws[position:])
                settle_due()
        first = the_end()
        with clock.frozen(NOON + timedelta(days=3)):
            Arrival.objects.update(state=ArrivalState.NEW, due_at=clock.now(), tries=0)
            settle_due()
        again = the_end()
        return first, again
    finally:
        transaction.savepoint_rollback(sid)


def the_end():
    found = balance(NOON - timedelta(days=9), NOON + timedelta(days=9))
    assert found.unaccounted == 0
    return End(
        messages={message.native_id: _shown(message) for message in Message.objects.all()},
        conversations=dict(Conversation.objects.values_list("native_id", "identity__native_id")),
        identities=frozenset(Identity.objects.values_list("native_id", "name", "handle", "contact__name")),
        threads={native_id: told for native_id, *told in Thread.objects.values_list("native_id", "title", "text")},
        unsettled=Arrival.objects.filter(state=ArrivalState.NEW).count(),
    )


def _shown(message):
    return {
        "direction": message.direction,
        "text": message.text,
        "version": message.version,
        "at": message.occurred_at,
        "author": message.author.native_id if message.author else None,
        "conversation": message.conversation.native_id,
        "thread": message.conversation.thread.native_id,
        "coverage": message.coverage,
        "deleted": message.deleted_at is not None,
        "hidden": message.hidden_at is not None,
        "former": sorted(message.former_texts.values_list("version", "text")),
    }


def differences(one, other):
    ids = sorted({*one.messages, *other.messages})
    pairs = [(pk, one.messages.get(pk, {}), other.messages.get(pk, {})) for pk in ids]
    return [(pk, key, a.get(key), b.get(key)) for pk, a, b in pairs for key in a | b if a.get(key) != b.get(key)]


@given(data=st.data())
@WILD
def test_any_order_any_repetition_any_batching_gives_the_same_end(town, data):
    happened = data.draw(histories())
    told = [said.raw() for said in happened]
    copies = data.draw(st.lists(st.sampled_from(happened), max_size=4))
    mixed = data.draw(st.permutations(told + [said.raw(number) for number, said in enumerate(copies, 1)] + told[:2]))
    sizes = data.draw(st.lists(st.integers(1, 6), max_size=8))

    (in_order, _), (in_disorder, again) = settle_all(town.page, told, []), settle_all(town.page, mixed, sizes)

    assert differences(in_disorder, in_order) == []
    assert in_disorder == in_order
    assert in_order.unsettled == 0
    assert again == in_disorder


def test_an_answer_of_a_colleague_that_came_first_covers_the_question_when_it_comes(town):
    question = Said(id=1, text="Wann?", version=1)
    answer = Said(id=2, author=US, answers=question, version=2, at=9, began=9, text="Um 15 Uhr.")

    (end, _) = settle_all(town.page, [answer.raw(), question.raw()], [1, 1])

    assert end.messages["sq-1"]["coverage"] == "answered_natively"


def test_an_answer_that_a_colleague_deletes_again_leaves_the_question_open(town):
    question = Said(id=1, text="Wann?", version=1)
    answer = Said(id=2, author=US, answers=question, version=2, at=9, began=9, text="Um 15 Uhr.")

    (end, _) = settle_all(town.page, [question.raw(), answer.raw(), answer.then("delete", 3, 20).raw()], [1, 1, 1])

    assert end.messages["sq-1"]["coverage"] == "open"


@pytest.mark.parametrize("count", [1, 7, 40])
def test_every_arrival_ends_in_exactly_one_state(town, count):
    raws = [Said(id=number, version=number, author=2 + number % 3).raw() for number in range(1, count + 1)]

    with clock.frozen(NOON):
        keep_raws(town.page, raws)
        settle_due()

    assert Arrival.objects.filter(state=ArrivalState.MESSAGE).count() == count
    assert Message.objects.inbound().filter(coverage="open").count() == count
