"""A person says that an uncertain reply was sent; when its echo comes, before or after, it is one message."""

import pytest

from resonanz.connectors.contract import Outgoing, Visibility
from resonanz.connectors.email import post
from resonanz.connectors.registry import connector
from resonanz.kit import clock
from resonanz.model.models import Attempt, Delivery, DeliveryState, Direction, Event, Message, Outcome, Receipt
from resonanz.outbox.resolve import give_up, say_not_sent, say_sent


def uncertain(desk, entry, text="Um 9 Uhr."):
    """A reply of which nobody knows whether it was sent, and that nobody looks for any more."""
    delivery = desk.released(entry, text)
    Attempt.objects.create(delivery=delivery, number=1, started_at=clock.now(), outcome=Outcome.UNSURE)
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.UNSURE, tries=99)
    return delivery


def our_words():
    return list(Message.objects.filter(direction=Direction.OUT).order_by("occurred_at"))


def echo(desk, entry, text="Um 9 Uhr."):
    """Our words stand under the entry, and come in."""
    said = desk.world.write(desk.world.us("square"), text, kind="comment", parent=desk.post(), answers=entry)
    desk.comes_in()
    return said


def test_the_echo_after_the_word_of_a_person_is_the_same_message(desk):
    entry = desk.asks()
    delivery = uncertain(desk, entry)
    say_sent(delivery, by=desk.town.lead)

    said = echo(desk, entry)

    (message,) = our_words()
    assert (message.native_id, message.delivery, message.agent) == (f"sq-{said.id}", delivery, desk.town.alice)
    assert Receipt.objects.get().native_id == f"sq-{said.id}"


def test_a_reply_that_got_its_true_id_is_confirmed(desk):
    entry = desk.asks()
    delivery = uncertain(desk, entry)
    say_sent(delivery, by=desk.town.lead)
    echo(desk, entry)

    desk.run(1)

    assert Delivery.objects.get(pk=delivery.pk).state == DeliveryState.CONFIRMED


def test_the_echo_before_the_word_of_a_person_decides_by_itself(desk):
    entry = desk.asks()
    delivery = uncertain(desk, entry)

    said = echo(desk, entry)

    (message,) = our_words()
    assert (message.native_id, message.delivery) == (f"sq-{said.id}", delivery)
    assert Delivery.objects.get().state == DeliveryState.SENT
    assert Event.objects.filter(kind="delivery.found", by=None).count() == 1


def test_an_echo_that_came_while_it_was_being_sent_is_taken_over_by_the_person_s_word(desk):
    entry = desk.asks()
    delivery = uncertain(desk, entry)
    Delivery.objects.update(state=DeliveryState.SENDING)
    said = echo(desk, entry)
    Delivery.objects.update(state=DeliveryState.UNSURE)

    say_sent(delivery, by=desk.town.lead)

    (message,) = our_words()
    assert (message.native_id, message.delivery.pk) == (f"sq-{said.id}", delivery.pk)


def test_an_echo_that_came_while_it_was_being_sent_is_found_without_asking(desk):
    entry = desk.asks()
    delivery = uncertain(desk, entry)
    Delivery.objects.update(state=DeliveryState.SENDING)
    echo(desk, entry)
    Delivery.objects.update(state=DeliveryState.UNSURE, tries=0)
    desk.world.faults.plan("square", "fail", times=-1)

    desk.run(1)

    assert Delivery.objects.get(pk=delivery.pk).state == DeliveryState.SENT
    assert len(our_words()) == 1


def test_two_equal_answers_in_one_conversation_take_one_echo_each(desk):
    first, second = desk.asks("Kommt die 2?"), desk.asks("Kommt die 3?")
    earlier, later = uncertain(desk, first, "Ja."), uncertain(desk, second, "Ja.")
    say_sent(earlier, by=desk.town.lead)
    say_sent(later, by=desk.town.lead)

    to_second, to_first = echo(desk, second, "Ja."), echo(desk, first, "Ja.")

    assert dict(Receipt.objects.values_list("delivery", "native_id")) == {
        earlier.pk: f"sq-{to_first.id}",
        later.pk: f"sq-{to_second.id}",
    }
    assert len(our_words()) == 2


def test_the_same_echo_by_hook_and_poll_is_taken_once(desk):
    first, second = desk.asks("Kommt die 2?"), desk.asks("Kommt die 3?")
    earlier, later = uncertain(desk, first, "Ja."), uncertain(desk, second, "Ja.")
    say_sent(earlier, by=desk.town.lead)
    say_sent(later, by=desk.town.lead)
    echo(desk, first, "Ja.")

    desk.account.cursors.update(value="")
    desk.comes_in()

    assert Receipt.objects.get(delivery=later).native_id.startswith("seen:")
    assert len(our_words()) == 2


@pytest.mark.parametrize("text", ["Um 10 Uhr.", "Um 9 Uhr. Und sonst?"])
def test_other_words_of_a_colleague_are_another_message(desk, text):
    entry = desk.asks()
    say_sent(uncertain(desk, entry), by=desk.town.lead)

    echo(desk, entry, text)

    assert [message.text for message in our_words()] == ["Um 9 Uhr.", text]


def test_a_reply_that_was_put_aside_and_appears_after_all_was_sent(desk):
    entry = desk.asks()
    delivery = uncertain(desk, entry)
    give_up(delivery, by=desk.town.lead)

    echo(desk, entry)

    assert Delivery.objects.get().state == DeliveryState.SENT
    assert len(our_words()) == 1


def test_a_reply_that_leaves_once_more_and_an_echo_of_the_first_are_two(desk):
    entry = desk.asks()
    delivery = uncertain(desk, entry)
    say_not_sent(delivery, by=desk.town.lead)
    desk.run(1)

    echo(desk, entry)

    assert len(our_words()) == len(desk.ours(entry)) == 2


def outgoing(**fields):
    return Outgoing(**({"key": "k", "text": "Um 9 Uhr.", "visibility": Visibility.PUBLIC, "in_reply_to": "7"} | fields))


def test_mastodon_knows_its_words_with_and_without_the_mention():
    speaks = connector("mastodon")

    assert speaks.recognises(outgoing(), "8", parent="7", text="Um  9 Uhr.")
    assert not speaks.recognises(outgoing(), "8", parent="6", text="Um 9 Uhr.")
    assert not speaks.recognises(outgoing(), "8", parent="7", text="Um 10 Uhr.")


def test_mail_is_known_by_its_message_id_or_by_its_words():
    speaks, mail = connector("email"), outgoing(in_reply_to="<a@b.example>#1a2b3c4d", visibility=Visibility.PRIVATE)

    named = post.message_id("k", "haus@auenwerke.example")

    assert speaks.recognises(mail, named, parent="<other@b.example>", text="")
    assert speaks.recognises(mail, "<x@relay.example>", parent="<a@b.example>", text="Um 9 Uhr.")
    assert not speaks.recognises(mail, "<x@relay.example>", parent="<other@b.example>", text="Um 9 Uhr.")
