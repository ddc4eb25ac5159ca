"""The fault plan by its control API: the same seed fails in the same way."""

import http.client
from datetime import timedelta

import pytest

from resonanz.sandbox import customers


def _answer(call, comment, text="Um 18 Uhr.", key="k1"):
    return call("POST", f"/square/v1/entries/sq-{comment.id}/answers", {"text": text, "key": key})


def test_a_rate_limit_strikes_so_often_and_does_nothing(call, comment):
    call("POST", "/control/faults", {"platform": "square", "kind": "rate_limit", "times": 2, "seconds": 7})

    statuses = [_answer(call, comment)[0], _answer(call, comment)[0]]
    wait = call.headers["Retry-After"]

    assert (statuses, wait) == ([429, 429], "7")
    assert _answer(call, comment)[0] == 201


def test_a_failure_after_commit_keeps_the_comment(call, comment):
    call("POST", "/control/faults", {"platform": "square", "kind": "fail_after_commit"})

    status, _ = _answer(call, comment)

    assert status == 500
    assert len(call("GET", f"/square/v1/entries/sq-{comment.id}/answers")[1]["entries"]) == 1


def test_a_cut_line_after_commit_keeps_the_comment(call, comment):
    call("POST", "/control/faults", {"platform": "square", "kind": "vanish_after_commit"})

    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        _answer(call, comment)

    assert len(call("GET", f"/square/v1/entries/sq-{comment.id}/answers")[1]["entries"]) == 1


def test_a_target_can_go_a_moment_before_the_answer(call, comment):
    call("POST", "/control/faults", {"platform": "square", "kind": "target_gone"})

    assert _answer(call, comment)[0] == 410


def test_a_target_can_be_edited_a_moment_before_the_answer(call, world, comment):
    call("POST", "/control/faults", {"platform": "square", "kind": "target_edited"})

    _answer(call, comment)

    assert world.entry(comment.id).text == "Wann ist der Strom wieder da? (bearbeitet)"


def test_duplicates_and_shuffling_are_the_same_for_the_same_seed(call, world, post):
    for number in range(9):
        customers.say(world, "comment", "Ada", f"Frage {number}")
    listings = []

    for _ in range(2):
        for kind in ("duplicates", "shuffle"):
            call("POST", "/control/faults", {"platform": "square", "kind": kind, "seed": 4})
        listings.append([one["seq"] for one in call("GET", "/square/v1/changes")[1]["events"]])

    assert listings[0] == listings[1]
    assert sorted(set(listings[0])) == list(range(1, 11))
    assert len(listings[0]) == 13


def test_delayed_news_come_later(call, world, post):
    world.clock.advance(timedelta(minutes=1))
    customers.say(world, "comment", "Ada", "Frage")
    call("POST", "/control/faults", {"platform": "square", "kind": "delay", "seconds": 30})

    counts = [len(call("GET", "/square/v1/changes")[1]["events"]) for _ in range(2)]

    assert counts == [1, 2]


def test_a_token_can_be_revoked_and_given_again(call):
    call("DELETE", "/control/tokens/square")
    first = call("GET", "/square/v1/me")[0]
    call("PUT", "/control/tokens/square")

    assert (first, call("GET", "/square/v1/me")[0]) == (401, 200)


def test_all_faults_can_be_lifted(call):
    call("POST", "/control/faults", {"platform": "square", "kind": "fail", "times": -1})
    first = call("GET", "/square/v1/me")[0]
    call("DELETE", "/control/faults")

    assert (first, call("GET", "/square/v1/me")[0]) == (503, 200)


def test_an_unknown_fault_is_refused(call):
    assert call("POST", "/control/faults", {"platform": "square", "kind": "earthquake"})[0] == 422


def test_the_clock_can_be_set_and_advanced(call):
    call("PUT", "/control/clock", {"at": "2027-01-01T08:00:00+00:00"})

    assert call("PUT", "/control/clock", {"advance_s": 90})[1] == {"now": "2027-01-01T08:01:30.000Z"}


def test_the_control_api_answers_only_to_this_machine(call):
    status, _ = call("GET", "/control/state", headers={"Host": "evil.example"})

    assert status == 403


def test_an_answer_can_hang_after_the_commit(call, comment):
    call("POST", "/control/faults", {"platform": "square", "kind": "hang_after_commit", "seconds": 0.05})

    assert _answer(call, comment)[0] == 201


def test_customers_act_through_the_control_api(call, world, post):
    _, said = call("POST", "/control/write", {"channel": "comment", "name": "Ada", "text": "Hallo?"})
    call("PATCH", f"/control/entries/{said['id']}", {"text": "Hallo??"})
    first = call("GET", f"/square/v1/entries/{said['id']}")[1]["text"]
    call("DELETE", f"/control/entries/{said['id']}")

    assert (first, call("GET", f"/square/v1/entries/{said['id']}")[0]) == ("Hallo??", 410)
    assert call("POST", "/control/write", {"channel": "pigeon", "name": "Ada", "text": "x"})[0] == 422


def test_the_town_can_be_hurried(call, world):
    world.faults.plan("mastodon", "fail")

    said = call("POST", "/control/stream", {"entries": 6})[1]
    state = call("GET", "/control/state")[1]

    assert said == {"said": 6}
    assert (state["counts"]["entry"] + state["counts"]["mail"], len(state["faults"])) == (6, 1)
