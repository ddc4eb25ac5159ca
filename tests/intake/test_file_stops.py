"""The reading of a file that stops has an end: whatever stopped it, it is said and can be begun again by a person."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DataError, connection
from structlog.testing import capture_logs

from resonanz.intake.file import CUT_OFF, LEASE, MOST_TRIES, import_due, import_file, read_again
from resonanz.kit import clock
from resonanz.model.models import Event, FileImport, ImportState
from tests.intake.test_two_sources import ADA, source

UNUSABLE = ADA + "3;gestern;ada;Noch da?\n"


@contextmanager
def database_refusing(table: str) -> Iterator[None]:
    """What the database may always say, and nobody has foreseen."""

    def refuse(execute, sql, params, many, context):
        if sql.startswith("INSERT INTO") and table in sql:
            raise DataError("value out of range")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def file(town) -> FileImport:
    return import_file(source(town, "Forum"), name="export.csv", content=BytesIO(UNUSABLE.encode()), by=town.lead)


def test_what_nobody_foresaw_ends_the_reading_with_a_sentence_and_a_trace(file):
    with database_refusing("badline"), capture_logs() as logs:
        import_due()

    file.refresh_from_db()
    assert (file.state, file.claimed_until) == (ImportState.FAILED, None)
    assert file.said == "Something unforeseen stopped the reading (DataError). Have it read again; the log says more."
    assert (file.kept, file.known, file.bad, file.done) == (0, 0, 0, 0)
    assert [(one["event"], one["exc_info"]) for one in logs] == [("import.failed", True)]


def test_what_stopped_so_is_not_read_again_by_itself_but_by_the_button(town, file):
    with database_refusing("badline"):
        import_due()
    with clock.shifted(LEASE + timedelta(minutes=1)):
        by_itself = import_due()

    read_again(file, by=town.lead)
    import_due()

    file.refresh_from_db()
    assert (by_itself, file.state, file.kept, file.bad) == (0, ImportState.DONE, 2, 1)


def test_a_reading_that_is_always_cut_off_ends_after_some_tries(town, file):
    FileImport.objects.update(state=ImportState.RUNNING, tries=MOST_TRIES)

    import_due()

    file.refresh_from_db()
    assert (file.state, file.said, file.kept) == (ImportState.FAILED, CUT_OFF, 0)
    assert read_again(file, by=town.lead).tries == 0


def test_a_second_reading_that_stops_earlier_than_the_first_has_an_end_too(town, file):
    import_due()
    FileImport.objects.update(state=ImportState.FAILED)
    (Path(settings.HOME) / "imports" / file.path).write_bytes(b"PK\x03\x04 no text at all")

    read_again(file, by=town.lead)
    import_due()

    file.refresh_from_db()
    assert (file.state, file.kept, file.known) == (ImportState.FAILED, 2, 0)
    assert Event.objects.filter(kind="import.ended").count() == 2
