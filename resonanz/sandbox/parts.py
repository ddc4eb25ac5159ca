"""Pieces of the public page: the frame, one entry, one status, times in words. Everything from people is escaped."""

import html
from dataclasses import dataclass
from datetime import datetime

from resonanz.sandbox import customers, seeds, words
from resonanz.sandbox.clock import stamp
from resonanz.sandbox.mastodon_shapes import native
from resonanz.sandbox.world import Entry, World

REFRESH_S = 5
VIEWS = (("square", "/"), ("fediverse", "/fediverse"), ("private", "/private"), ("mail", "/mail"), ("write", "/write"))
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Shown:
    """The world, the language of the reader, and whether they asked to see all."""

    world: World
    language: str
    everything: bool = False

    def say(self, name: str, **places: object) -> str:
        return words.say(self.language, name, **places)


def frame(shown: Shown, view: str, body: str, *, refresh: bool) -> str:
    """A whole page around ``body``."""
    links = "".join(
        f"<a href='{path}'{' aria-current=page' if name == view else ''}>{shown.say(name)}</a>" for name, path in VIEWS
    )
    again = f"<meta http-equiv=refresh content={REFRESH_S}>" if refresh else ""
    return (
        f"<!doctype html><html lang={shown.language}><head><meta charset=utf-8>{again}"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        "<meta name=color-scheme content='light dark'>"
        f"<title>{shown.say(view)} · {seeds.COMPANY}</title><link rel=stylesheet href=/sandbox.css></head><body>"
        f"<header class=top><div><img src='/avatar/{seeds.SQUARE_HANDLE}.svg' alt='' width=44 height=44>"
        f"<div><h1>{seeds.COMPANY}</h1><p>{shown.say('claim')}</p></div></div><nav>{links}</nav></header>"
        f"<main>{body}</main><footer>{shown.say('footer')}</footer></body></html>"
    )


def entry_part(shown: Shown, entry: Entry, tag: str = "div") -> str:
    """One post or comment of the square."""
    return _part(shown, entry, f"sq-{entry.id}", tag)


def toot_part(shown: Shown, entry: Entry) -> str:
    """One status of the fediverse."""
    return _part(shown, entry, native(entry.id), "div")


def note(text: str) -> str:
    return f"<p class=empty>{text}</p>"


def options(shown: Shown, chosen: str) -> str:
    return "".join(
        f"<option value={name}{' selected' if name == chosen else ''}>{shown.say('to_' + name)}</option>"
        for name in customers.CHANNELS
    )


def ago(shown: Shown, at: datetime) -> str:
    """How long ago, in the reader's words."""
    seconds = max(0, (shown.world.clock.now() - at).total_seconds())
    if seconds < _MINUTE:
        said = shown.say("now")
    elif seconds < _HOUR:
        said = shown.say("minutes", count=int(seconds // _MINUTE))
    elif seconds < _DAY:
        said = shown.say("hours", count=int(seconds // _HOUR))
    else:
        said = shown.say("days", count=int(seconds // _DAY))
    return f"<time datetime='{stamp(at)}'>{said}</time>"


def _part(shown: Shown, entry: Entry, anchor: str, tag: str) -> str:
    author = shown.world.person(entry.author)
    marks = [ago(shown, entry.at)]
    if entry.edited_at:
        marks.append(shown.say("edited"))
    if likes := shown.world.likes(entry.id):
        marks.append(f"♥ {likes}")
    if entry.kind != "post":
        marks.append(f"<a href='/write?answers={anchor}'>{shown.say('answer')}</a>")
    badge = f" <span class=badge>{shown.say('page')}</span>" if author.ours else ""
    return (
        f"<{tag} class='entry{' ours' if author.ours else ''}' id='{anchor}'>"
        f"<img src='/avatar/{html.escape(author.handle)}.svg' alt='' width=36 height=36>"
        f"<div><p class=who><b>{html.escape(author.name)}</b>{badge} <span class=meta>{' · '.join(marks)}</span></p>"
        f"<p class=text>{html.escape(entry.text)}</p></div></{tag}>"
    )
