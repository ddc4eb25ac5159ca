"""Files of two sources with the same ids: nobody's words are lost in silence, nobody's are written over."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings

from resonanz.accounts.connect import connect_account
from resonanz.intake.change import NOT_THEIRS
from resonanz.intake.file import arrivals_of, forget_files, import_due, import_file
from resonanz.kit import clock
from resonanz.model.models import ArrivalState, FileImport, FormerText, ImportState, Message
from resonanz.work.loop import run_until_idle

HEAD = "id;time;author;text\n"
ADA = HEAD + "1;2026-11-20 08:00;ada;Wann kommt die Linie 2?\n2;2026-11-20 08:05;ada;Hallo?\n"
BEN = HEAD + "1;2026-11-20 09:00;ben;Ist der Strom weg?\n2;2026-11-20 09:05;ben;Noch immer!\n"
OURS = "id;time;author;direction;text\n1;2026-11-20 09:00;stadtwerke;out;Um neun.\n"
ANSWERED = (
    "id;time;author;direction;parent;text\n1;2026-11-20 08:00;ada;in;;Wann?\n2;2026-11-20 09:00;werk;out;1;Um neun.\n"
)
ADA_EDITED = HEAD + "1;2026-11-20 08:00;ada;Wann kommt die Linie 3?\n"


def imported(account, content: str, *, by) -> FileImport:
    one = import_file(account, name="export.csv", content=BytesIO(content.encode()), by=by)
    assert import_due() == 1
    run_until_idle()
    return FileImport.objects.get(pk=one.pk)


def source(town, name: str):
    return connect_account(channel="file", name=name, settings={}, secrets={}, by=town.operator, queue=town.queue)


def texts() -> list[str]:
    return list(Message.objects.order_by("occurred_at").values_list("text", flat=True))


def test_two_sources_keep_the_same_ids_apart(town):
    imported(source(town, "Forum"), ADA, by=town.lead)
    imported(source(town, "Shop"), BEN, by=town.lead)

    assert texts() == ["Wann kommt die Linie 2?", "Hallo?", "Ist der Strom weg?", "Noch immer!"]


@pytest.mark.parametrize(("first", "second"), [(ADA, BEN), (BEN, ADA)])
def test_another_person_s_line_never_becomes_an_edit_and_says_why(town, first, second):
    forum = source(town, "Forum")
    imported(forum, first, by=town.lead)
    before = texts()

    one = imported(forum, second, by=town.lead)

    assert texts() == before
    assert FormerText.objects.count() == 0
    assert list(arrivals_of(one).values_list("state", "why")) == [(ArrivalState.STALE, NOT_THEIRS)] * 2


def test_our_own_line_under_a_customer_s_id_is_not_taken_over_and_says_why(town):
    forum = source(town, "Forum")
    imported(forum, ADA, by=town.lead)
    before = texts()

    one = imported(forum, OURS, by=town.lead)

    assert texts() == before
    assert list(arrivals_of(one).values_list("state", "why")) == [(ArrivalState.STALE, NOT_THEIRS)]


def test_our_own_line_that_is_known_as_ours_is_an_echo(town):
    forum = source(town, "Forum")
    imported(forum, ANSWERED, by=town.lead)

    one = imported(forum, ANSWERED.replace("Um neun.", "Um zehn."), by=town.lead)

    assert list(arrivals_of(one).values_list("state", "why")) == [(ArrivalState.FILTERED, "own_echo")]


def test_only_what_this_file_brought_counts_as_its_own(town):
    forum = source(town, "Forum")
    first = imported(forum, ADA, by=town.lead)
    second = imported(forum, ADA_EDITED, by=town.lead)

    assert [arrivals_of(one).count() for one in (first, second)] == [2, 1]
    assert list(arrivals_of(second).values_list("why", flat=True)) == ["known already"]


def uploads() -> list[str]:
    return [path.name for path in (Path(settings.HOME) / "imports").glob("*")]


def test_an_upload_is_removed_as_soon_as_it_has_been_read(town):
    before = set(uploads())

    imported(source(town, "Forum"), ADA, by=town.lead)

    assert set(uploads()) - before == set()


def test_an_upload_that_stopped_stays_as_long_as_arrivals_are_kept(town):
    one = imported(source(town, "Forum"), "no;columns\n1;2\n", by=town.lead)

    forget_files()
    kept = one.path in uploads()
    with clock.shifted(timedelta(days=settings.CONFIG.arrival_days + 1)):
        forget_files()

    assert (one.state, kept, one.path in uploads()) == (ImportState.FAILED, True, False)
