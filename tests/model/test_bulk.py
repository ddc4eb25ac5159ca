"""Rows that are written in bulk are the rows that Django would have written one by one."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resonanz.model.bulk import fitting, insert, rows, set_all, update
from resonanz.model.models import Account, Arrival, ArrivalState, Contact, Reading
from tests import make
from tests.make import NOON

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-9, minutes=-30))])
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30), timezones=ZONES)


@given(moments=st.lists(MOMENTS, min_size=2, max_size=6) | MOMENTS.map(lambda one: [one] * 3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_moments_come_back_as_they_were(db, moments):
    Contact.objects.all().delete()

    insert(Contact, ["name", "created_at"], [(str(at), one) for at, one in enumerate(moments)])

    stored = Contact.objects.order_by("pk")
    assert [one.created_at for one in stored] == moments
    again = [Contact.objects.create(name="as Django does", created_at=one) for one in moments]
    ids = [one.pk for one in again]
    assert [raw for (raw,) in rows(Contact.objects.filter(pk__in=ids).order_by("pk").values_list("created_at"))] == [
        raw for (raw,) in rows(stored.exclude(pk__in=ids).values_list("created_at"))
    ]


def test_a_column_may_lack_moments_and_truths(town):
    insert(
        Arrival,
        ["account_id", "external_id", "body", "headers", "is_hook", "received_at", "due_at", "claimed_until"],
        [
            (town.page.pk, str(number), b"{}", {}, number == 1, NOON, NOON, until)
            for number, until in enumerate([NOON, None, NOON + timedelta(seconds=1)])
        ],
    )

    found = Arrival.objects.order_by("external_id").values_list("is_hook", "claimed_until")
    assert list(found) == [(False, NOON), (True, None), (False, NOON + timedelta(seconds=1))]


def test_values_are_set_each_to_its_own(town):
    ids = [make.stranger().pk for _ in range(3)]

    update(Contact, "created_at", [(pk, NOON + timedelta(days=at)) for at, pk in enumerate(ids)])
    update(Contact, "name", [])

    assert list(Contact.objects.filter(pk__in=ids).order_by("pk").values_list("created_at", flat=True)) == [
        NOON, NOON + timedelta(days=1), NOON + timedelta(days=2)
    ]  # fmt: skip


@pytest.mark.parametrize("chosen", [[0, 1, 2, 3], [1, 2], [0, 3], [3, 0, 1], [2], [1, 1, 2], []])
def test_exactly_these_rows_are_set(town, chosen):
    ids = [make.stranger().pk for _ in range(4)]

    set_all(Contact, [ids[at] for at in chosen], name="changed")

    changed = set(Contact.objects.filter(name="changed").values_list("pk", flat=True))
    assert changed == {ids[at] for at in chosen}


def arrived(account: Account, *sizes: int) -> None:
    insert(
        Arrival,
        ["account_id", "external_id", "body", "headers", "received_at", "due_at"],
        [(account.pk, str(number), b"x" * size, {}, NOON, NOON) for number, size in enumerate(sizes)],
    )


@pytest.mark.parametrize(
    ("sizes", "most", "fit"),
    [((), 9, 0), ((3, 3, 3, 3), 9, 3), ((3, 3, 3, 3), 2, 2), ((10, 1), 9, 1), ((0, 0), 9, 2), ((9,), 9, 1)],
)
def test_as_many_as_fit_are_taken_and_one_at_least(town, sizes, most, fit):
    arrived(town.page, *sizes)
    waiting = Arrival.objects.filter(state=ArrivalState.NEW).order_by("pk")

    assert fitting(waiting, "body", most, 9) == fit


def test_a_query_that_no_row_can_match_gives_none(db):
    assert rows(Reading.objects.none().values_list("pk")) == []
    assert rows(Reading.objects.values_list("pk")[:0]) == []
