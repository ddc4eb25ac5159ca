"""What leaves is what a named person released: no other character, recipient, visibility or account."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from resonanz.model.models import Approval, Decision, Delivery
from resonanz.outbox.content import hash_of
from resonanz.outbox.enqueue import HashDiffers, enqueue

FIELDS = ["text", "subject", "visibility", "in_reply_to", "thread", "conversation", "from_name", "language", "account"]
WILD = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def released(desk):
    delivery = desk.released(desk.asks())
    approval, content = delivery.approval, delivery.content
    Delivery.objects.all().delete()
    return Approval.objects.get(pk=approval.pk), content


@given(field=st.sampled_from(FIELDS), value=st.text(max_size=20))
@WILD
def test_no_changed_content_enters_the_outbox(released, field, value):
    approval, content = released
    assume(content[field] != value)
    changed = {**content, field: value}

    with pytest.raises(HashDiffers):
        enqueue(approval, changed)


@given(value=st.text(max_size=20), part=st.sampled_from(["native_id", "name", "handle"]))
@WILD
def test_no_changed_recipient_enters_the_outbox(released, value, part):
    approval, content = released
    assume(content["to"][part] != value)

    with pytest.raises(HashDiffers):
        enqueue(approval, {**content, "to": {**content["to"], part: value}})


def test_no_added_field_enters_the_outbox(released):
    approval, content = released

    with pytest.raises(HashDiffers):
        enqueue(approval, {**content, "more": 1})


def test_a_rejection_releases_nothing(released):
    approval, content = released
    Approval.objects.update(decision=Decision.REJECTED)

    with pytest.raises(HashDiffers):
        enqueue(Approval.objects.get(pk=approval.pk), content)


@given(a=st.dictionaries(st.text(), st.text()), b=st.dictionaries(st.text(), st.text()))
def test_equal_hashes_mean_equal_content(a, b):
    assert (hash_of(a) == hash_of(b)) == (a == b)
