"""The public page: what everybody sees of the company, what one customer sees of it, and a form to write as one."""

import hashlib
import html
from collections.abc import Sequence
from importlib.resources import files
from urllib.parse import urlencode

from resonanz.sandbox import customers, mailboxes, seeds, words
from resonanz.sandbox.letters import as_read
from resonanz.sandbox.parts import Shown, ago, entry_part, frame, note, options, toot_part
from resonanz.sandbox.wire import Answer, Halt, Request, Route, as_page, elsewhere
from resonanz.sandbox.world import Entry, Missing, Person, World

POSTS_MOST = 20
TALKS_MOST = 80  # beneath one post, before one asks for all
MAILS_MOST = 50


def show_square(world: World, request: Request) -> Answer:
    """The company's posts, newest first, beneath each the talk that moved last."""
    shown = _shown(world, request)
    posts = world.entries("platform = 'square' AND kind = 'post' ORDER BY at DESC LIMIT ?", POSTS_MOST)
    body = "".join(_post(shown, post) for post in posts) or note(shown.say("nothing_yet"))
    return as_page(frame(shown, "square", body, refresh=True))


def show_fediverse(world: World, request: Request) -> Answer:
    """What was said to the company on Mastodon and what it answered, newest conversation first."""
    shown = _shown(world, request)
    where = "platform = 'mastodon' AND answers_id IS NULL AND visibility != 'direct' ORDER BY at DESC LIMIT 100"
    body = "".join(_toots(shown, one) for one in world.entries(where)) or note(shown.say("nothing_yet"))
    return as_page(frame(shown, "fediverse", body, refresh=True))


def show_private(world: World, request: Request) -> Answer:
    """Direct messages, as the chosen customer sees them."""
    shown = _shown(world, request)
    people = _private_people(world)
    if not people:
        return as_page(frame(shown, "private", note(shown.say("nothing_yet")), refresh=True))
    chosen = next((one for one in people if str(one.id) == request.get("as")), people[0])
    links = [(f"/private?as={one.id}", one.name, one.id == chosen.id) for one in people]
    body = _choice(shown, links) + _talk(shown, chosen)
    return as_page(frame(shown, "private", body, refresh=True))


def show_mail(world: World, request: Request) -> Answer:
    """Letters and mail that customers got, as they see them."""
    shown = _shown(world, request)
    people = [one for one in mailboxes.everyone(world) if not one.endswith("@" + seeds.MAIL_DOMAIN)]
    if not people:
        return as_page(frame(shown, "mail", note(shown.say("no_mail")), refresh=True))
    chosen = request.get("as") if request.get("as") in people else people[0]
    body = _choice(shown, [(f"/mail?as={one}", one, one == chosen) for one in people])
    for mail in list(reversed(mailboxes.mails(world, chosen)))[:MAILS_MOST]:
        read = as_read(mail.raw)
        head = (
            f"<h2>{html.escape(read.subject)}</h2><p class=meta>{html.escape(read.sender)} · {ago(shown, mail.at)}</p>"
        )
        body += f"<article class=letter>{head}<div class=text>{html.escape(read.text)}</div></article>"
    return as_page(frame(shown, "mail", body, refresh=True))


def show_form(world: World, request: Request) -> Answer:
    """The form to write as a customer; it never reloads by itself."""
    return as_page(_form(_shown(world, request), request))


def take_form(world: World, request: Request) -> Answer:
    channel, answers = request.get("channel"), request.get("answers")
    try:
        customers.say(world, channel, request.get("name"), request.get("text"), answers=answers)
    except (ValueError, Missing):
        raise Halt(as_page(_form(_shown(world, request), request, problem=True), 422)) from None
    place = {"comment": "/", "mention": "/fediverse", "mail": "/mail"}.get(channel, "/private")
    return elsewhere(place)


def show_style(world: World, request: Request) -> Answer:  # noqa: ARG001 - all acts are alike
    css = files("resonanz.sandbox").joinpath("page.css").read_bytes()
    return Answer(200, css, (("Content-Type", "text/css; charset=utf-8"), ("Cache-Control", "no-cache")))


def show_avatar(world: World, request: Request, name: str) -> Answer:  # noqa: ARG001 - all acts are alike
    """A round picture with a letter, its colour made from the name."""
    handle = name.removesuffix(".svg")
    hue = int(hashlib.sha256(handle.encode()).hexdigest()[:4], 16) % 360
    fill = "#0b5d4e" if handle == seeds.SQUARE_HANDLE else f"hsl({hue} 38% 46%)"
    letter = html.escape(handle[:1].upper())
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" role="img">'
        f'<circle cx="20" cy="20" r="20" fill="{fill}"/><text x="20" y="26.5" text-anchor="middle" fill="#fff" '
        f'font-family="sans-serif" font-size="18">{letter}</text></svg>'
    )
    return Answer(200, svg.encode(), (("Content-Type", "image/svg+xml"), ("Cache-Control", "max-age=3600")))


ROUTES: Sequence[Route] = (
    Route("GET", "/", show_square),
    Route("GET", "/square", show_square),
    Route("GET", "/fediverse", show_fediverse),
    Route("GET", "/private", show_private),
    Route("GET", "/mail", show_mail),
    Route("GET", "/write", show_form),
    Route("POST", "/write", take_form),
    Route("GET", "/sandbox.css", show_style),
    Route("GET", "/avatar/{name}", show_avatar),
)


def _shown(world: World, request: Request) -> Shown:
    language = words.chosen(request.headers.get("accept-language", ""))
    return Shown(world, language, everything=bool(request.get("all")))


def _post(shown: Shown, post: Entry) -> str:
    comments = shown.world.entries("root_id = ? AND kind = 'comment' ORDER BY at, id", post.id)
    visible = [one for one in comments if not one.hidden]
    ids = {one.id for one in visible}
    nested: dict[int, list[Entry]] = {}
    for one in visible:
        nested.setdefault(one.parent if one.parent in ids else post.id, []).append(one)
    body = entry_part(shown, post, tag="header")
    count = shown.say("comment_one") if len(visible) == 1 else shown.say("comments", count=len(visible))
    body += f"<p class=count>{count} · <a href='/write?answers=sq-{post.id}'>{shown.say('comment_on')}</a></p><ol>"
    tops = sorted(nested.get(post.id, []), key=lambda top: nested.get(top.id, [top])[-1].id, reverse=True)
    for one in tops if shown.everything else tops[:TALKS_MOST]:
        below = "".join(f"<li>{entry_part(shown, reply)}</li>" for reply in nested.get(one.id, []))
        body += f"<li>{entry_part(shown, one)}" + (f"<ol>{below}</ol>" if below else "") + "</li>"
    body += "</ol>"
    if len(tops) > TALKS_MOST and not shown.everything:
        left = shown.say("earlier", count=len(tops) - TALKS_MOST)
        body += f"<p class=count><a href='/?all=1#sq-{post.id}'>{left}</a></p>"
    return f"<article class=post id=sq-{post.id}>{body}</article>"


def _toots(shown: Shown, start: Entry) -> str:
    rest = shown.world.entries("root_id = ? AND visibility != 'direct' ORDER BY at, id", start.id)
    below = "".join(f"<li>{toot_part(shown, one)}</li>" for one in rest)
    return f"<article class=post>{toot_part(shown, start)}" + (f"<ol>{below}</ol>" if below else "") + "</article>"


def _private_people(world: World) -> list[Person]:
    direct = world.entries("visibility = 'direct' ORDER BY at DESC, id DESC")
    seen: dict[int, Person] = {}
    for one in direct:
        for person in [world.person(one.author), *([world.person(one.to)] if one.to else world.mentioned(one.id))]:
            if not person.ours:
                seen.setdefault(person.id, person)
    return list(seen.values())


def _talk(shown: Shown, person: Person) -> str:
    mine = shown.world.entries(
        "visibility = 'direct' AND (author_id = ? OR to_id = ? OR id IN "
        "(SELECT entry_id FROM mention WHERE person_id = ?)) ORDER BY at, id",
        person.id, person.id, person.id,
    )  # fmt: skip
    place = shown.say("on_square" if person.platform == "square" else "on_fediverse")
    bubbles = "".join(
        f"<li class='{'mine' if one.author == person.id else 'theirs'}'>{html.escape(one.text)}"
        f"<span class=meta>{ago(shown, one.at)}</span></li>"
        for one in mine
    )
    head = f"<h2>{html.escape(person.name)} <span class=meta>{place}</span></h2>"
    channel = "direct" if person.platform == "square" else "mastodon_direct"
    link = html.escape("/write?" + urlencode({"channel": channel, "name": person.name}))
    more = f"<p class=count><a href='{link}'>{html.escape(shown.say('write_as', person=person.name))}</a></p>"
    return f"<section class=talk>{head}<ol>{bubbles}</ol>{more}</section>"


def _choice(shown: Shown, links: list[tuple[str, str, bool]]) -> str:
    items = "".join(
        f"<a href='{html.escape(link)}'{' aria-current=true' if current else ''}>{html.escape(name)}</a>"
        for link, name, current in links
    )
    return f"<nav class=choice aria-label='{shown.say('as_customer')}'><b>{shown.say('as_customer')}</b>{items}</nav>"


def _form(shown: Shown, request: Request, *, problem: bool = False) -> str:
    answers, name, text = (html.escape(request.get(field)) for field in ("answers", "name", "text"))
    quoted = ""
    if answers:
        try:
            quoted = (
                f"<blockquote>{html.escape(customers.entry_of(shown.world, request.get('answers')).text)}</blockquote>"
            )
        except Missing:
            answers = ""
    channels = options(shown, request.get("channel", "mention" if answers.isdecimal() else "comment"))
    body = (
        f"<form method=post action=/write class=write><h2>{shown.say('write')}</h2><p>{shown.say('write_help')}</p>"
        + (f"<p role=alert class=problem>{shown.say('problem')}</p>" if problem else "")
        + f"{quoted}<input type=hidden name=answers value='{answers}'>"
        f"<label>{shown.say('channel')}<select name=channel>{channels}</select></label>"
        f"<label>{shown.say('your_name')}<input name=name required maxlength=60 value='{name}'></label>"
        f"<label>{shown.say('your_text')}<textarea name=text required rows=6 maxlength=5000>{text}</textarea></label>"
        f"<button>{shown.say('send')}</button></form>"
    )
    return frame(shown, "write", body, refresh=False)
