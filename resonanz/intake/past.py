"""Fetching what came before an account was connected: a few pages a turn, so that news and quota come first.

The cursor of the stream "past" moves with each page in one transaction. A worker whose cursor somebody else moved,
stopped or began anew throws its page away.
"""

from datetime import timedelta

import structlog
from django.db.transaction import atomic

from resonanz.accounts.access import access_to
from resonanz.accounts.past import PAST
from resonanz.connectors.contract import Access, AuthExpired, ChannelError, Page
from resonanz.connectors.registry import connector
from resonanz.intake.settle import keep_raws
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.secrets import CannotUnlock
from resonanz.kit.text import clean
from resonanz.model.models import AccountState, Cursor, CursorEnd
from resonanz.outbox.outcome import break_account

log = structlog.get_logger()
LEASE = timedelta(minutes=5)
PAGES = 3  # a turn
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)
LONGEST_ASKED = timedelta(days=1)
MOST_TRIES = 12  # in a row without one page, over some four hours; then a person is told


class GoesInCircles(ChannelError):
    """There is more, but nothing moves."""

    code = "goes_in_circles"
    said = "The channel gives the same page again and again."
    permanent = True


def past_due(most: int = 2) -> int:
    """Fetch some pages for the accounts whose turn it is; returns how many accounts there were."""
    with atomic():
        due = Cursor.objects.filter(stream=PAST, ended=CursorEnd.NONE, account__state=AccountState.ACTIVE)
        ids = due.claim(clock.now(), most, LEASE)
    for pk in ids:
        fetch_past(Cursor.objects.select_related("account").get(pk=pk))
    return len(ids)


def fetch_past(cursor: Cursor) -> int:
    """One turn of one account; returns how many arrivals were new."""
    before, access = cursor.brought, None
    try:
        access = access_to(cursor.account)
        for number in range(1, PAGES + 1):
            page = _page(cursor, access)
            if not _keep(cursor, page, is_last=number == PAGES):
                break
    except (ChannelError, CannotUnlock) as error:
        _failed(cursor, error)
    except Exception as error:  # a connector may fail in any way; it is said and tried again
        log.exception("past.failed", account=cursor.account_id)
        _failed(cursor, ChannelError(f"{type(error).__name__}: {error}"))
    finally:
        if access is not None:
            access.http.close()
    return cursor.brought - before


def _page(cursor: Cursor, access: Access) -> Page:
    since = cursor.since or clock.now()  # there is always one: who begins says it
    page = connector(cursor.account.channel).backfill(access, since, cursor.value)
    if page.more and page.cursor == cursor.value:
        raise GoesInCircles
    return page


def _keep(cursor: Cursor, page: Page, *, is_last: bool) -> bool:
    """Keep a page and where it ends; whether the next one is asked for at once."""
    with atomic():
        row = _ours(cursor)
        if row is None:
            return False
        now = clock.now()
        kept = keep_raws(row.account, page.arrivals)
        pause = timedelta(seconds=PAGES * connector(row.account.channel).manifest.past_page_s)
        goes_on = page.more and not is_last
        row.value, row.brought, row.tries, row.said, row.ok_at = page.cursor, row.brought + kept, 0, "", now
        row.due_at, row.claimed_until = (now, now + LEASE) if goes_on else (now + pause, None)
        if kept:
            record("arrivals.collected", row.account, by=None, count=kept)
        if not page.more:
            row.ended, row.ended_at = CursorEnd.FINISHED, now
            record("past.finished", row.account, by=None, count=row.brought)
        row.save()
    cursor.value, cursor.brought = row.value, row.brought
    return goes_on


def _ours(cursor: Cursor) -> Cursor | None:
    """The cursor as it stands, locked; None where it is not the one any more from which we asked."""
    row = Cursor.objects.select_related("account").locked(cursor)
    is_same = (row.since, row.value, row.ended) == (cursor.since, cursor.value, CursorEnd.NONE)
    return row if is_same else None


def _failed(cursor: Cursor, error: ChannelError | CannotUnlock) -> None:
    """Say it and wait; a broken account waits for a person, and what cannot help or took too long ends."""
    with atomic():
        row = _ours(cursor)
        if row is None:
            return
        row.tries += 1
        row.said, row.claimed_until, row.due_at = clean(str(error)), None, clock.now() + _wait(row.tries, error)
        if isinstance(error, (AuthExpired, CannotUnlock)):
            break_account(row.account, str(error))
        elif error.permanent or row.tries >= MOST_TRIES:
            row.ended, row.ended_at = CursorEnd.FAILED, clock.now()
            record("past.failed", row.account, by=None, count=row.brought)
        row.save()


def _wait(tries: int, error: ChannelError | CannotUnlock) -> timedelta:
    growing: timedelta = min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)
    asked = timedelta(seconds=min(getattr(error, "retry_after", None) or 0.0, LONGEST_ASKED.total_seconds()))
    return max(growing, asked)
