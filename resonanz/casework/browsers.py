"""Notices pushed to browsers, for those who ask for it in their browser. Nothing that a customer wrote is in them.

A push is begun (``told`` moves on), then sent outside of any transaction. Where it was surely not taken, ``told`` goes
back and it is tried again while it is fresh; where nobody can know, it is not: no notice is ever pushed twice.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, Max, OuterRef
from django.db.transaction import atomic
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resonanz.accounts.access import vault
from resonanz.casework.digest import notices_said
from resonanz.casework.notices import together
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import NotFound, Refused
from resonanz.kit.http import Answer, Http, HttpFailed, OutcomeUnknown, Unreached
from resonanz.kit.secrets import Secret
from resonanz.kit.text import one_line
from resonanz.kit.web_push import new_keys, sealed, signature, target_of
from resonanz.model.models import Agent, Browser, Case, Notice, NoticeWish, PushKey, Way
from resonanz.model.notice import NoticeSet

BATCH = 20
LEASE = timedelta(minutes=5)
FRESH = timedelta(hours=1)  # what is older waits in the page
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(minutes=30)
MOST_TRIES = 10
MOST_BROWSERS = 10
MOST_ADDRESS = 1_000
TIMEOUT_S, MOST_ANSWER = 10.0, 64_000
MOST_LINES, MOST_LETTERS = 3, 700  # of one message; so it fits, whatever the letters
GONE, BUSY = {404, 410}, {429}


class NotABrowser(Refused):
    """What came is no address of a browser at a push service."""

    code = "not_a_browser"
    said = "Your browser gave an address to which nothing can be pushed. Try it again, or with another browser."


class TooManyBrowsers(Refused):
    """One person has many browsers already."""

    code = "too_many_browsers"
    said = "You are told in {most} browsers already. Remove one first."


class PushIsOff(Refused):
    """The operator does not want anything pushed."""

    code = "push_is_off"
    said = "In this house nothing is pushed to browsers. Ask whoever runs it."


class NotPushed(Refused):
    """A trial was not taken."""

    code = "not_pushed"
    said = "The push service did not take it: {why}"


@dataclass(frozen=True, slots=True)
class Tried:
    """How a push ended. ``again_in``: it was surely not taken and may be tried again; ``is_over``: this browser takes
    nothing any more.
    """

    said: str = ""
    again_in: timedelta | None = None
    is_over: bool = False


def push_key() -> PushKey:
    """The key of this installation. The worker makes it when it starts; nobody makes it by looking at a page."""
    found = PushKey.objects.filter(pk=1).first()
    if found is None:
        private, public = new_keys()
        locked = vault().lock({"private": private})
        found, _made = PushKey.objects.get_or_create(pk=1, defaults={"locked": locked, "public": public})
    return found


def public_key() -> str:
    """What browsers need to know of it; "" where nothing is pushed, or not yet."""
    if not settings.CONFIG.browser_push:
        return ""
    return PushKey.objects.filter(pk=1).values_list("public", flat=True).first() or ""


def add_browser(agent: Agent, *, endpoint: str, key: str, auth: str, name: str, by: Agent) -> Browser:
    """Tell this person in this browser too. ``endpoint``, ``key`` and ``auth`` are what the browser itself gave."""
    if agent.pk != by.pk:
        raise Refused
    if not settings.CONFIG.browser_push:
        raise PushIsOff
    _checked(endpoint, key, auth)
    mark, now = hashlib.sha256(endpoint.encode()).hexdigest(), clock.now()
    newest: int | None = Notice.objects.filter(agent=agent).aggregate(newest=Max("pk"))["newest"]
    with atomic():
        agent = Agent.objects.select_for_update().get(pk=agent.pk)
        if Browser.objects.filter(agent=agent).exclude(mark=mark).count() >= MOST_BROWSERS:
            raise TooManyBrowsers(most=MOST_BROWSERS)
        fields = {
            "agent": agent, "name": one_line(name, 80), "since": now, "told": newest or 0, "due_at": now,
            "locked": vault().lock({"endpoint": endpoint, "key": key, "auth": auth}),
            "claimed_until": None, "tries": 0, "said": "", "reached_at": None, "off_at": None,
        }  # fmt: skip
        browser, _made = Browser.objects.update_or_create(mark=mark, defaults=fields)
        record("browser.added", agent, by=by)
    return browser


def browser_of(agent: Agent, browser_id: int) -> Browser:
    """One of this person's browsers."""
    found: Browser | None = Browser.objects.filter(agent=agent, pk=browser_id).first()
    if found is None:
        raise NotFound
    return found


def remove_browser(browser: Browser, *, by: Agent) -> None:
    """Tell nobody there any more."""
    if browser.agent_id != by.pk:
        raise Refused
    with atomic():
        if Browser.objects.filter(pk=browser.pk).delete()[0]:
            record("browser.removed", by, by=by)


def try_browser(browser: Browser, *, by: Agent) -> None:
    """Push a trial now. Raises NotPushed with the reason where it was not taken."""
    if browser.agent_id != by.pk:
        raise Refused
    if not settings.CONFIG.browser_push:
        raise PushIsOff
    message = _message(_("This is a trial. Notices reach you in this browser."), "/notices/")
    tried = _push(browser, message)
    _keep(browser, tried)
    if tried.said:
        raise NotPushed(why=tried.said)


def push_due(most: int = BATCH) -> int:
    """Push to every browser whose person was told something new; returns how many pushes were tried."""
    if not settings.CONFIG.browser_push:
        return 0
    push_key()
    now = clock.now()
    fresh = _fresh().filter(agent=OuterRef("agent"), pk__gt=OuterRef("told"))
    with atomic():
        waiting = Browser.objects.reached().filter(Exists(fresh), agent__is_active=True)
        taken = waiting.claim(now, most, LEASE)
    return sum(_tell(browser) for browser in Browser.objects.filter(pk__in=taken).select_related("agent"))


def _fresh() -> NoticeSet:
    """What people wish to be told in their browsers, and have not read in the page yet."""
    wish = NoticeWish.objects.filter(agent=OuterRef("agent"), kind=OuterRef("kind"), way=Way.PUSH)
    return Notice.objects.unread().filter(Exists(wish), at__gte=clock.now() - FRESH)


def _tell(browser: Browser) -> int:
    before = browser.told
    with atomic():
        new = list(_fresh().filter(agent=browser.agent, pk__gt=before).select_related("by").order_by("pk"))
        if new:
            browser.told = new[-1].pk
            Browser.objects.filter(pk=browser.pk).update(told=browser.told)
    seen = set(
        Case.objects.visible_to(browser.agent).filter(pk__in={one.case_id for one in new}).values_list("pk", flat=True)
    )
    notices = [one for one in new if one.case_id in seen]
    if not notices:
        Browser.objects.filter(pk=browser.pk).update(claimed_until=None)
        return 0
    with translation.override(browser.agent.language or settings.LANGUAGE_CODE):
        message = _told(notices)
    tried = _push(browser, message)
    _keep(browser, tried, told=before if tried.again_in else browser.told)
    return 1


def _told(notices: Sequence[Notice]) -> bytes:
    lines = [notices_said(group) for group in together(notices)]
    more = len(lines) - MOST_LINES
    if more > 0:
        lines = [*lines[:MOST_LINES], ngettext("and {n} more", "and {n} more", more).format(n=more)]
    cases = {one.case_id for one in notices}
    return _message("\n".join(lines), f"/cases/{cases.pop()}/" if len(cases) == 1 else "/notices/")


def _message(said: str, address: str) -> bytes:
    told = {"title": one_line(settings.CONFIG.house_name, 80), "body": said[:MOST_LETTERS], "url": address}
    return json.dumps(told, ensure_ascii=False).encode()


def _push(browser: Browser, message: bytes) -> Tried:
    secrets = vault().unlock(bytes(browser.locked))
    endpoint = secrets["endpoint"].reveal()
    http = Http(TIMEOUT_S, MOST_ANSWER, settings.CONFIG.private_hosts, secrets=(endpoint, urlsplit(endpoint).path))
    try:
        target = target_of(endpoint, secrets["key"].reveal(), secrets["auth"].reveal())
        answer = http.call(
            "POST", endpoint, headers=_headers(endpoint), content=sealed(message, target), trusted=False
        )  # fmt: skip
    except Unreached as error:
        return Tried(_why(error), again_in=_pause(browser))
    except OutcomeUnknown as error:
        return Tried(_why(error))
    except HttpFailed as error:
        return Tried(_why(error), is_over=True)
    finally:
        http.close()
    return _read(answer, browser)


def _headers(endpoint: str) -> dict[str, str]:
    key = push_key()
    private = vault().unlock(bytes(key.locked))["private"]
    return {
        "authorization": _signed(endpoint, private, key.public),
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        "ttl": str(int(FRESH.total_seconds())),
        "urgency": "normal",
    }


def _signed(endpoint: str, private: Secret, public: str) -> str:
    config = settings.CONFIG
    contact = config.public_url if config.https else f"mailto:{parseaddr(config.sender)[1]}"
    return signature(endpoint, private=private, public=public, contact=contact, now=clock.now())


def _read(answer: Answer, browser: Browser) -> Tried:
    if answer.ok:
        return Tried()
    said = f"{urlsplit(answer.url).hostname}: {answer.status}"
    if answer.status in BUSY or answer.status >= 500:  # noqa: PLR2004 - HTTP's own numbers
        return Tried(said, again_in=_pause(browser, answer.headers.get("retry-after", "")))
    return Tried(said, is_over=True)


def _pause(browser: Browser, asked: str = "") -> timedelta:
    """How long to wait, growing with each try; longer where the service asks for it."""
    grown: timedelta = min(SHORTEST * 2 ** min(int(browser.tries), 10), LONGEST)
    if asked.isdecimal():
        return max(grown, min(timedelta(seconds=int(asked[:6])), LONGEST))
    return grown


def _keep(browser: Browser, tried: Tried, *, told: int | None = None) -> None:
    """Write down how it ended. A browser that takes nothing any more, or could not be reached ten times, is off."""
    now, tries = clock.now(), browser.tries + 1 if tried.said else 0
    is_over = tried.is_over or tries >= MOST_TRIES
    fields: dict[str, object] = {"claimed_until": None, "tries": tries, "said": tried.said}
    fields |= {"told": told} if told is not None else {}
    fields |= {"due_at": now + tried.again_in} if tried.again_in else {}
    fields |= {"off_at": now} if is_over else {}
    fields |= {} if tried.said else {"reached_at": now, "off_at": None}
    with atomic():
        Browser.objects.filter(pk=browser.pk).update(**fields)
        if is_over:
            record("browser.lost", browser.agent, by=None)
        elif told is not None and not tried.again_in:
            record("notices.pushed" if not tried.said else "notices.push_unsure", browser.agent, by=None)


def _checked(endpoint: str, key: str, auth: str) -> None:
    try:
        target_of(endpoint, key, auth)
        parts = urlsplit(endpoint)
        private = {parts.hostname, parts.netloc} & settings.CONFIG.private_hosts
    except ValueError:
        raise NotABrowser from None
    if len(endpoint) > MOST_ADDRESS or (parts.scheme != "https" and not private):
        raise NotABrowser


def _why(error: HttpFailed) -> str:
    return one_line(str(error.places.get("why", "")), 300)
