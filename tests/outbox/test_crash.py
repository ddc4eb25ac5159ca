"""The worker is killed at every step of sending: nothing is lost, nothing is sent twice, each end is clear."""

from datetime import timedelta

import pytest

from resonanz.kit import clock
from resonanz.model.models import Attempt, Coverage, Delivery, DeliveryState, Outcome
from resonanz.outbox.confirm import confirm_sent, look_for_unsure
from resonanz.outbox.deliver import deliver_due
from resonanz.outbox.resolve import say_not_sent
from tests.crash import dies_at, own_file

MOST_STEPS = 400
ENDS = {DeliveryState.SENT, DeliveryState.CONFIRMED}


@pytest.fixture
def house(db, tmp_path, request):
    """The town in a file of its own, so that a killed child leaves something behind."""
    with own_file(tmp_path / "house.sqlite3"):
        yield


@pytest.fixture(params=["desk", "keyless", "sky"])
def any_desk(house, request):
    return request.getfixturevalue(request.param)


def deliver():
    deliver_due()
    look_for_unsure()
    confirm_sent()


def recover(desk, delivery, ahead):
    """Time goes by, another worker runs; where nobody can tell, a person looks at the platform and says so."""
    for minutes in (4, 5, 6, 8, 11, 15, 20):
        with clock.shifted(ahead + timedelta(minutes=minutes)):
            deliver()
    asked = Delivery.objects.get(pk=delivery.pk).state == DeliveryState.UNSURE
    if asked:
        with clock.shifted(ahead + timedelta(minutes=21)):
            say_not_sent(delivery, by=desk.town.lead)
            deliver()
    return asked


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_at_any_step_of_sending_loses_and_doubles_nothing(any_desk):
    desk, ends, step, killed = any_desk, [], 0, True
    while killed and step < MOST_STEPS:
        step += 1
        ahead = timedelta(hours=step)
        with clock.shifted(ahead):
            entry = desk.asks()
            delivery = desk.released(entry)
        with clock.shifted(ahead + timedelta(minutes=1)):
            killed = dies_at(step, deliver)
        stood = len(desk.ours(entry))
        asked = recover(desk, delivery, ahead)
        kept = Delivery.objects.get(pk=delivery.pk)
        ends.append((step, len(desk.ours(entry)), kept.state in ENDS, kept.target.coverage, stood == 1 and asked))

    assert ends == [(number, 1, True, Coverage.ANSWERED, False) for number in range(1, step + 1)]
    assert (killed, step > 40) == (False, True)
    assert Attempt.objects.filter(outcome__in=[Outcome.STARTED, Outcome.UNSURE]).count() == 0
