"""Texts from outside are cleaned before anything is written, and the quick look lets nothing through."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from unicodedata import is_normalized

from hypothesis import example, given
from hypothesis import strategies as st

from resonanz.connectors.contract import Author, Incoming, Op, ThreadRef
from resonanz.intake.understand import tidy
from resonanz.kit.text import clean

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WILD = st.text(st.characters(codec=None), max_size=100) | st.sampled_from(
    [
        "",
        "Störung",
        "e\u0301",
        "\u0301",
        "a\x00b",
        "\u202eabc",
        "\ud83d",
        "x" * 99,
        "zwei\nZeilen",
        "🔥🔥",
        "\u1100\u1161",
    ]
)
PLAIN = Incoming("sq-1", Op.UPSERT, "1", NOW, Author("p-1"), "Wann?", ThreadRef("sq-9"), "sq-9:p-1")


@given(text=WILD, fresh=WILD, title=WILD, name=WILD, about=WILD)
@example(text="e", fresh="\u0301", title="", name="", about="")
def test_whatever_comes_in_leaves_clean_and_within_its_limits(text, fresh, title, name, about):
    said = replace(
        PLAIN, text=text, fresh=fresh, thread=replace(PLAIN.thread, title=title, text=about),
        author=replace(PLAIN.author, name=name),
    )  # fmt: skip

    done = tidy(said, NOW)

    texts = [getattr(part, one.name) for part in (done, done.thread, done.author) for one in fields(part)]
    texts = [one for one in texts if type(one) is str]
    assert [clean(one) for one in texts] == texts
    assert all(is_normalized("NFC", one) for one in texts)
    assert (done.text, done.fresh, done.author.name) == (clean(text), clean(fresh), clean(name))


@given(away=st.timedeltas(timedelta(days=-400_000), timedelta(days=400)))
def test_no_message_comes_from_the_future_or_before_the_first_channel(away):
    done = tidy(replace(PLAIN, occurred_at=NOW + away), NOW)

    assert datetime(1970, 1, 1, tzinfo=UTC) <= done.occurred_at <= NOW + timedelta(minutes=5)
