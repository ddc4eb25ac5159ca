"""A file of past reactions comes in: kept in the home folder, read in batches with progress, bad lines reported."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO
from uuid import uuid4

import structlog
from django.conf import settings
from django.db.models import QuerySet
from django.db.transaction import atomic
from django.utils.translation import gettext_noop

from resonanz.connectors.contract import Arrival as Raw
from resonanz.connectors.contract import NotOurs
from resonanz.connectors.file.read import BadLine as Bad
from resonanz.connectors.file.read import count_lines, read
from resonanz.intake.settle import keep_raws
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused, ResonanzError
from resonanz.model.bulk import insert
from resonanz.model.models import Account, Agent, Arrival, BadLine, FileImport, ImportState, May

log = structlog.get_logger()
BATCH = 500
TAKE_FILES = ("file", "practice")  # the channels whose lines are handed over
LEASE = timedelta(minutes=10)
KEPT_OF_A_BAD_LINE = 2000
MOST_TRIES = 5
FILE_GONE = gettext_noop("The file is no longer here. Choose it again under “Import a file”.")
CUT_OFF = gettext_noop(
    "The reading was cut off again and again. Have it read again; if that does not help, read the log."
)
UNFORESEEN = gettext_noop("Something unforeseen stopped the reading ({why}). Have it read again; the log says more.")


def import_file(account: Account, *, name: str, content: IO[bytes], by: Agent | None) -> FileImport:
    """Keep an uploaded file and queue it for reading; the worker does the rest."""
    if by is not None and not by.may(May.IMPORT):
        raise NotAllowed
    if account.channel not in TAKE_FILES:
        raise Refused("Choose an account of the channel File for imports.")
    folder = Path(settings.HOME) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / uuid4().hex
    with path.open("wb") as target:
        shutil.copyfileobj(content, target, 1 << 20)
    if path.stat().st_size == 0:
        path.unlink()
        raise Refused("The file is empty.")
    if path.stat().st_size > settings.CONFIG.upload_most_bytes:
        path.unlink()
        raise Refused("The file is larger than {most} bytes.", most=settings.CONFIG.upload_most_bytes)
    now = clock.now()
    with atomic():
        one = FileImport.objects.create(
            account=account, name=name[:200], path=path.name, by=by, due_at=now, created_at=now
        )
        record("import.queued", one, by=by)
    return one


def read_again(one: FileImport, *, by: Agent) -> FileImport:
    """Have a file read again whose reading stopped; what it brought before is known then and not doubled."""
    if not by.may(May.IMPORT):
        raise NotAllowed
    with atomic():
        one = FileImport.objects.locked(one)
        if one.state != ImportState.FAILED:
            raise Refused("Only a file whose reading stopped can be read again.")
        if not is_here(one):
            raise Refused(FILE_GONE)
        one.state, one.said, one.due_at, one.claimed_until = ImportState.WAITING, "", clock.now(), None
        one.tries = 0
        one.save(update_fields=["state", "said", "due_at", "claimed_until", "tries"])
        one.bad_lines.all().delete()
        record("import.retried", one, by=by)
    return one


def is_here(one: FileImport) -> bool:
    """Whether the uploaded file is still kept."""
    return _path(one).is_file()


def arrivals_of(one: FileImport) -> QuerySet[Arrival]:
    """What a file brought that was not known before; its arrivals all came when the file did."""
    return Arrival.objects.filter(account=one.account_id, received_at=one.created_at)


def import_due(most: int = 1) -> int:
    """Read the files that wait; returns how many were worked on."""
    with atomic():
        waiting = FileImport.objects.filter(state__in=[ImportState.WAITING, ImportState.RUNNING])
        ids = waiting.claim(clock.now(), most, LEASE)
    for pk in ids:
        run_import(FileImport.objects.select_related("account").get(pk=pk))
    return len(ids)


def run_import(one: FileImport) -> FileImport:
    """Read a file to its end. A run that was cut off begins again: what is known already is counted, not doubled."""
    one.state, one.done, one.kept, one.known, one.bad = ImportState.RUNNING, 0, 0, 0, 0
    one.tries += 1
    one.save()
    state, said = _read_to_its_end(one)
    with atomic():
        one.refresh_from_db(fields=["done", "kept", "known", "bad"])  # a batch that failed counts for nothing
        before = arrivals_of(one).count() - one.kept  # by a run of this file that was cut off
        one.kept, one.known = one.kept + before, max(0, one.known - before)
        one.state, one.said, one.claimed_until = state, said, None
        one.save()
        record("import.ended", one, by=one.by, state=one.state, kept=one.kept, bad=one.bad)
    if one.state == ImportState.DONE:
        _path(one).unlink(missing_ok=True)
    return one


def forget_files() -> int:
    """Remove uploads that nobody reads any more: read ones at once, those that stopped or that no import names after
    the days for which arrivals are kept. Returns how many.
    """
    folder = Path(settings.HOME) / "imports"
    limit = clock.now() - timedelta(days=settings.CONFIG.arrival_days)
    files = {path.name: path for path in folder.glob("*")}
    states = dict(FileImport.objects.filter(path__in=files).values_list("path", "state"))
    gone = 0
    for name, path in files.items():
        state = states.get(name)
        is_old = datetime.fromtimestamp(path.stat().st_mtime, UTC) < limit
        if state == ImportState.DONE or (is_old and state in {None, ImportState.FAILED}):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _read_to_its_end(one: FileImport) -> tuple[ImportState, str]:
    """The state in which the reading ends, and why where it stopped. Whatever stops it, it has an end."""
    if one.tries > MOST_TRIES:
        return ImportState.FAILED, CUT_OFF
    path = _path(one)
    try:
        one.lines = count_lines(path)
        one.save(update_fields=["lines"])
        for batch in _batches(read(path, one.name)):
            _keep_batch(one, batch)
    except FileNotFoundError:
        return ImportState.FAILED, FILE_GONE
    except NotOurs as error:  # the reason alone: nobody here thinks of channels
        return ImportState.FAILED, error.why[:2000]
    except (ResonanzError, OSError, ValueError) as error:
        log.info("import.failed", file=one.pk, why=str(error))
        return ImportState.FAILED, str(error)[:2000]
    except Exception as error:  # it would be read anew, and fail anew, for ever
        log.exception("import.failed", file=one.pk)
        return ImportState.FAILED, UNFORESEEN.format(why=type(error).__name__)
    return ImportState.DONE, ""


def _path(one: FileImport) -> Path:
    return Path(settings.HOME) / "imports" / one.path


def _batches(lines: Iterator[Raw | Bad]) -> Iterator[list[Raw | Bad]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def _keep_batch(one: FileImport, batch: list[Raw | Bad]) -> None:
    good = [line for line in batch if isinstance(line, Raw)]
    bad = [line for line in batch if isinstance(line, Bad)]
    with atomic():
        kept = keep_raws(one.account, good, at=one.created_at)
        insert(
            BadLine,
            ["file_id", "number", "why", "raw"],
            [(one.pk, line.number, line.why[:400], line.raw[:KEPT_OF_A_BAD_LINE]) for line in bad],
            known="skip",
        )
        one.done += len(batch)
        one.kept, one.known, one.bad = one.kept + kept, one.known + len(good) - kept, one.bad + len(bad)
        one.claimed_until = clock.now() + LEASE
        one.save(update_fields=["done", "kept", "known", "bad", "claimed_until"])
