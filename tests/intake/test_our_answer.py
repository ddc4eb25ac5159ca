"""A customer's next letter finds its conversation by the answer of ours that it names, and only their own."""

import pytest

from resonanz.connectors.contract import Arrival as Raw
from resonanz.intake.settle import keep_raws, settle_due
from resonanz.model.models import Conversation, Direction, Message
from tests import make

pytestmark = pytest.mark.django_db


def letter(number: int, sender: str, **headers: str) -> Raw:
    lines = [
        f"From: {sender}",
        "To: haus@auenwerke.example",
        "Subject: Re: Strom",
        f"Message-ID: <{number}@example.org>",
    ]
    lines += ["Date: Mon, 23 Nov 2026 12:30:00 +0000"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return Raw(str(number), "\r\n".join([*lines, "", f"Danke {number}!", ""]).encode())


@pytest.fixture
def answered(town) -> Conversation:
    """Ada asked by mail, and our answer left."""
    account = make.account("email", queue=town.queue, address="haus@auenwerke.example")
    talk = make.conversation(account, town.ada_by_mail)
    make.message(talk, native_id="<asked@example.org>#1")
    make.message(
        talk, "Um 18 Uhr.", native_id="<ours@auenwerke.example>", direction=Direction.OUT, author=None, coverage=""
    )
    return talk


def talk_of(number: int) -> Conversation:
    return Message.objects.get(text=f"Danke {number}!").conversation


def test_a_letter_that_names_only_our_answer_stays_in_its_conversation(answered):
    keep_raws(answered.account, [letter(1, "ada@example.org", In_Reply_To="<ours@auenwerke.example>")])

    settle_due()

    assert talk_of(1) == answered
    assert Conversation.objects.get(account=answered.account) == answered


def test_a_letter_of_somebody_else_to_the_same_answer_is_a_conversation_of_its_own(answered):
    keep_raws(answered.account, [letter(2, "ben@example.org", In_Reply_To="<ours@auenwerke.example>")])

    settle_due()

    assert talk_of(2) != answered


def test_a_letter_that_names_nothing_is_a_conversation_of_its_own(answered):
    keep_raws(answered.account, [letter(3, "ada@example.org")])

    settle_due()

    assert talk_of(3) != answered
