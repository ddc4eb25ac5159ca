"""Acts of the composer: save, submit, release, send back, drop, take back, look for blocks."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resonanz.casework.presence import see_case
from resonanz.casework.story import newest_question
from resonanz.compose.approve import WordsChanged, amend_draft, reject_draft, release_draft, submit_draft
from resonanz.compose.draft import (
    OldRevision,
    WouldBePublic,
    drop_draft,
    length_as_typed,
    open_draft,
    preview,
    save_draft,
)
from resonanz.compose.offers import offered, offered_version
from resonanz.compose.render import fill
from resonanz.compose.scene import form_of, scene_for
from resonanz.compose.switch import Switched, switch_form
from resonanz.kit import clock
from resonanz.kit.errors import NotFound, Refused
from resonanz.model.models import Agent, Case, Delivery, Draft, May, Message, VisibleTo
from resonanz.outbox.withdraw import withdraw_delivery
from resonanz.people.about import change_contact
from resonanz.web.allowed import agent_of, allowed, case_for, verb
from resonanz.web.given import number, words
from resonanz.web.middleware import is_part
from resonanz.web.pages.composing import Asked, asked_of, composing, form_labels
from resonanz.web.pages.done import Undo, done, look_again, onward, with_toast
from resonanz.web.pages.onward import Then, last_of, remember, then_of

ANSWER = "gap:"


@allowed(May.WORK_CASES, verbs=("POST", "DELETE"))
def draft(request: HttpRequest, case_id: int) -> HttpResponse:
    """Keep the text (also by itself, while somebody writes), or throw the draft away."""
    case, agent = case_for(request, case_id), agent_of(request)
    if verb(request) == "DELETE":
        drop_draft(_draft(request, case), by=agent)
        return done(request, case_id, _("Draft dropped."))
    if is_part(request) and request.POST.get("quiet"):
        return _kept_quietly(request, case, agent)
    kept_draft(request, case, agent)
    return done(request, case_id, _("Draft kept."))


@allowed(May.WORK_CASES, verbs=("POST",))
def visibility(request: HttpRequest, case_id: int) -> HttpResponse:
    """Answer in another way, and keep what is written. Before private words become public the person is asked."""
    case, agent = case_for(request, case_id), agent_of(request)
    target = _target(request.POST.get("target", ""), case)
    sure, text = request.POST.get("sure", ""), request.POST.get("text", "")
    wish = sure or request.POST.get("as", "")
    asked: Asked | None = None
    if text.strip() or _alive(target) is not None:
        try:
            kept_draft(request, case, agent, visibility=wish, others_may_read=bool(sure))
        except WouldBePublic:
            kept = kept_draft(request, case, agent, visibility=VisibleTo.PRIVATE)
            asked = asked_of(kept, wish)
    query = {"to": str(target.pk), "as": wish}
    if not is_part(request) and asked is None:
        return redirect(f"{reverse('case', args=[case_id])}?{urlencode(query)}&{request.POST.get('list_query', '')}")
    shown = composing(case, target, agent, wish, last_of(request))
    values = {"case": case, "composer": shown, "sure": asked, "list_query": request.POST.get("list_query", "")}
    return render(request, "parts/composer.html" if is_part(request) else "pages/sure.html", values)


@allowed(May.WORK_CASES, verbs=("POST",))
def form(request: HttpRequest, case_id: int) -> HttpResponse:
    """Keep what is written, and put its text blocks into another form (du, Sie, English); with ``always`` this customer
    is addressed so from now on.
    """
    case, agent = case_for(request, case_id), agent_of(request)
    target, wish = _target(request.POST.get("target", ""), case), request.POST.get("address", "")
    alive = _alive(target)
    kept = alive if alive is not None and "text" not in request.POST else kept_draft(request, case, agent)
    before = form_of(kept, target)
    kept, told = switch_form(kept, form=wish, revision=kept.revision, by=agent)
    if request.POST.get("always") and target.author is not None:
        language, _dot, address = wish.partition(".")
        contact = target.author.contact
        change_contact(contact, name=contact.name, language=language, address_form=address, by=agent)
    fields = (("target", str(target.pk)), ("address", before))
    undo = Undo(reverse("draft_form", args=[case_id]), _("Undo"), verb="", fields=fields) if told.changed else None
    if not is_part(request):
        messages.success(request, _switched_said(told, wish))
        return redirect(f"{reverse('case', args=[case_id])}?to={target.pk}&{request.POST.get('list_query', '')}")
    shown = composing(case, _target(str(target.pk), case), agent, "", last_of(request))
    values = {"case": case, "composer": shown, "list_query": request.POST.get("list_query", "")}
    response = render(request, "parts/composer.html", values)
    response["HX-Retarget"], response["HX-Reswap"] = "#composer", "outerHTML"
    return with_toast(request, response, _switched_said(told, wish), undo)


def _switched_said(told: Switched, form: str) -> str:
    """What the switch did, and which text blocks stayed as they were."""
    label, n = form_labels()[form], len(told.changed)
    if n:
        done_said = ngettext("{n} text block stands in “{form}” now.", "{n} text blocks stand in “{form}” now.", n)
    else:
        done_said = _("The form is “{form}” now.")
    said = [done_said.format(n=n, form=label)]
    if told.edited:
        said.append(_("Edited by hand, so left as it is: {names}.").format(names=", ".join(told.edited)))
    if told.lacking:
        said.append(_("Not written in this form, so left as it is: {names}.").format(names=", ".join(told.lacking)))
    return " ".join(said)


@allowed(verbs=("POST",))
def amendment(request: HttpRequest, case_id: int) -> HttpResponse:
    """Change a reply that waits, as the one who releases it."""
    waiting = _draft(request, case_for(request, case_id))
    revision = number(request.POST.get("revision")) or 0
    amend_draft(waiting, text=_same(request.POST.get("text", "")), revision=revision, by=agent_of(request))
    return done(request, case_id, _("Changed. Look at it once more, then release it."))


@allowed(May.WORK_CASES, verbs=("POST",))
def length(request: HttpRequest, case_id: int) -> HttpResponse:
    """How long the text is that somebody writes right now; sent as a form, so that no log keeps it. Nothing is kept."""
    case = case_for(request, case_id)
    target = _target(request.POST.get("target", ""), case)
    text, way = _same(request.POST.get("text", "")), request.POST.get("visibility", "")
    counted = {"length": length_as_typed(target, text=text, visibility=way, by=agent_of(request))}
    return render(request, "parts/length.html", {"case": case, "composer": counted})


@allowed(May.WORK_CASES, verbs=("POST",))
def submission(request: HttpRequest, case_id: int) -> HttpResponse:
    """Keep the text and ask for its release."""
    case, agent = case_for(request, case_id), agent_of(request)
    then = then_of(request)
    kept = kept_draft(request, case, agent)
    submit_draft(kept, by=agent, revision=kept.revision, close_case=then.closes)
    return _sent(request, case, then, _("A colleague releases it now."))


@allowed(verbs=("POST",))
def release(request: HttpRequest, case_id: int) -> HttpResponse:
    """Release what was shown. A text that was changed in the same moment is kept and shown first."""
    case, agent = case_for(request, case_id), agent_of(request)
    is_new = request.POST.get("text", "").strip() and not request.POST.get("draft")
    waiting = kept_draft(request, case, agent) if is_new else _draft(request, case)
    if "text" in request.POST and _same(request.POST["text"]) != _same(waiting.text):
        kept = kept_draft(request, case, agent)
        if preview(kept).content_hash != request.POST.get("content_hash"):
            raise Refused("The text is kept. Look at what would leave, then release it.")
        waiting = kept
    then = then_of(request)
    close = then.closes or waiting.closes_case
    shown = {name: request.POST.get(name, "") for name in ("content_hash", "words")}
    try:
        delivery = release_draft(waiting, **shown, by=agent, close_case=close)
    except WordsChanged as error:
        return look_again(request, waiting, error)
    seconds = max(0, round((delivery.due_at - clock.now()).total_seconds()))
    undo = Undo(reverse("withdrawal", args=[delivery.pk]), _("Take back"), verb="", seconds=seconds)
    said = _("Released: the answer to {name} leaves in a moment.").format(name=case.contact)
    return _sent(request, case, then, said, undo)


@allowed(verbs=("POST",))
def rejection(request: HttpRequest, case_id: int) -> HttpResponse:
    """Send the draft back to its writer."""
    case = case_for(request, case_id)
    reject_draft(_draft(request, case), by=agent_of(request), reason=request.POST.get("reason", ""))
    return done(request, case_id, _("Sent back to the writer."))


@allowed(May.WORK_CASES, verbs=("POST",))
def withdrawal(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Take a reply back before it leaves."""
    delivery = Delivery.objects.filter(pk=delivery_id).select_related("conversation", "approval__draft").first()
    if delivery is None:
        raise NotFound
    case_id = delivery.approval.draft.case_id
    case_for(request, case_id)
    again = withdraw_delivery(delivery, by=agent_of(request))
    said = _("Taken back. The text is a draft again.") if again else _("Taken back. The case stays closed.")
    return done(request, case_id, said)


@allowed(May.WORK_CASES)
def blocks(request: HttpRequest, case_id: int) -> HttpResponse:
    """Text blocks for this customer, filled; a part for the composer, a page without script."""
    case, agent = case_for(request, case_id), agent_of(request)
    target = _target(request.GET.get("target", ""), case)
    query = words(request.GET, "q")
    alive = _alive(target)
    values = {"case": case, "target": target, "query": query, "draft": alive}
    values["offers"] = offered(query, case=case, target=target, by=agent, form=alive.form if alive else "")
    return render(request, "parts/offers.html" if is_part(request) else "pages/offers.html", values)


@allowed(May.WORK_CASES, verbs=("POST",))
def insertion(request: HttpRequest, case_id: int) -> HttpResponse:
    """Put a text block at the end of the draft; what the page without script uses."""
    case, agent = case_for(request, case_id), agent_of(request)
    target = _target(request.POST.get("target", ""), case)
    alive, named = _alive(target), number(request.POST.get("version"))
    offer = offered_version(named, case=case, target=target, by=agent, form=alive.form if alive else "")
    if offer is None:
        raise NotFound("This text block is not offered here (any more).")
    kept = open_draft(case, target=target, by=agent)
    text = f"{kept.text.rstrip()}\n\n{offer.text}".strip()
    save_draft(kept, text=text, revision=kept.revision, by=agent, version_ids=[offer.version.pk])
    return redirect(f"{reverse('case', args=[case_id])}?to={target.pk}")


def _sent(request: HttpRequest, case: Case, then: Then, said: str, undo: Undo | None = None) -> HttpResponse:
    """Answer an act that sends; ``case`` as it was read before."""
    if request.POST.get("next") == "approvals":
        return done(request, case.pk, said, undo)
    remember(request, then)
    return onward(request, case, said, undo) if then.goes_on else done(request, case.pk, said, undo)


def _kept_quietly(request: HttpRequest, case: Case, agent: Agent) -> HttpResponse:
    """Keep while somebody writes; a colleague's newer text is shown beside, nothing is overwritten."""
    see_case(case, by=agent, is_writing=True)
    target = _target(request.POST.get("target", ""), case)
    conflict = False
    try:
        kept_draft(request, case, agent)
    except OldRevision:
        conflict = True
    case.refresh_from_db(fields=["state"])  # a colleague may have closed or reopened it in this moment
    composer = composing(case, target, agent, request.POST.get("visibility", ""), last_of(request))
    typed = _same(request.POST.get("text", ""))
    values = {"case": case, "composer": composer, "quiet": True, "conflict": conflict, "typed": typed}
    return render(request, "parts/draft_kept.html", {**values, "known": request.POST.get("revision", "")})


def kept_draft(
    request: HttpRequest, case: Case, agent: Agent, *, visibility: str = "", others_may_read: bool = False
) -> Draft:
    """The draft with what was typed, and open places filled where they were answered."""
    target = _target(request.POST.get("target", ""), case)
    opened = open_draft(case, target=target, by=agent)
    both = request.POST.get("both", "")
    known = request.POST.get("mine") or both or request.POST.get("revision", "")
    answers = {
        name.removeprefix(ANSWER): request.POST.get(name, "") for name in request.POST if name.startswith(ANSWER)
    }
    revision = number(known) or opened.revision
    if number(request.POST.get("draft")) not in {None, opened.pk}:  # the one that was seen is gone; is another there?
        revision = 0 if opened.text.strip() else opened.revision
    text = request.POST.get("text", "")
    if both:
        text = f"{opened.text.rstrip()}\n\n{text}"
    if not request.POST.get("quiet") and any(value.strip() for value in answers.values()):  # half a word is no answer
        text = fill(text, scene_for(target, case=case, by=agent, form=opened.form), answers).text
    wish, subject = visibility or request.POST.get("visibility") or None, request.POST.get("subject", "")
    if _same(text) == _same(opened.text) and wish in {None, opened.visibility} and subject in {"", opened.subject}:
        return opened
    return save_draft(
        opened,
        text=text,
        revision=revision,
        by=agent,
        subject=subject,
        visibility=wish,
        others_may_read=others_may_read,
        version_ids=[pk for one in request.POST.getlist("version") if (pk := number(one))],
    )


def _target(message_id: str, case: Case) -> Message:
    target = newest_question(case, number(message_id))
    if target is None:
        raise NotFound("There is nothing to answer in this case.")
    return target


def _draft(request: HttpRequest, case: Case) -> Draft:
    found = Draft.objects.alive().filter(case=case, pk=number(request.POST.get("draft")) or 0)
    one = found.select_related("case", "conversation__account", "target").first()
    if one is None:
        raise NotFound("This draft was released or dropped already.")
    return one


def _alive(target: Message) -> Draft | None:
    return Draft.objects.alive().filter(target=target).first()


def _same(text: str) -> str:
    """A text as a form sends it: browsers make line ends CRLF."""
    return text.replace("\r\n", "\n").strip()
