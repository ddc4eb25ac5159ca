"""One shared draft per message to answer: opened, saved with its revision, dropped; and what exactly would leave."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.db.transaction import atomic

from resonanz.compose.checks import run_checks
from resonanz.compose.checks.finding import Finding
from resonanz.compose.length import cut_of, length_of
from resonanz.compose.scene import form_of, hearer_of
from resonanz.connectors.contract import Ability, Appearance, Author, Length, Limits, Outgoing, Violation, Visibility
from resonanz.connectors.registry import connector
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import Conflict, NotAllowed, NotFound, Refused
from resonanz.kit.language import language_by_words, words_of
from resonanz.kit.text import clean
from resonanz.model.models import (
    Account,
    Agent,
    BlockVersion,
    Case,
    Direction,
    Draft,
    DraftState,
    May,
    Message,
    Signing,
    VisibleTo,
)
from resonanz.outbox.content import content_of, hash_of

MOST = 100_000


class OldRevision(Conflict):
    """A colleague saved this draft in the meantime."""

    code = "old_revision"
    said = "A colleague has changed this draft in the meantime. Compare both texts, then save again."


class WouldBePublic(Conflict):
    """Words that were meant for one person would be read by others."""

    code = "would_be_public"
    said = "This was written for one person alone. Say that others may read it, or keep it private."


@dataclass(frozen=True, slots=True)
class Preview:
    """What would leave, how long its channel finds it, from where in its text on it is too long (else none),
    everything that speaks against it, and how it will look there.
    """

    outgoing: Outgoing
    content: dict[str, Any]
    content_hash: str
    length: Length
    cut: int | None
    violations: list[Violation]
    findings: list[Finding]
    appearance: Appearance

    @property
    def may_leave(self) -> bool:
        return not self.violations and not any(finding.blocks for finding in self.findings)


def open_draft(case: Case, *, target: Message, by: Agent) -> Draft:
    """The living draft for this message, made where there is none. None begins in a closed case."""
    _may(case, by)
    if target.direction != Direction.IN or target.conversation.case_id != case.pk:
        raise NotFound
    alive = Draft.objects.alive().filter(target=target).first()
    if alive is not None:
        return alive
    try:
        with atomic():
            if Case.objects.locked(case).is_closed:
                raise Refused("This case is closed. Reopen it first.")
            draft = Draft.objects.create(
                case=case,
                conversation=target.conversation,
                target=target,
                visibility=target.visibility,
                subject=_reply_subject(target),
                written_by=by,
                changed_at=clock.now(),
            )
            record("draft.opened", case, by=by, draft=draft.pk)
    except IntegrityError:  # a colleague opened it in this moment
        return Draft.objects.alive().get(target=target)
    return draft


def save_draft(
    draft: Draft,
    *,
    text: str,
    revision: int,
    by: Agent,
    subject: str = "",
    visibility: str | None = None,
    others_may_read: bool = False,
    version_ids: Sequence[int] = (),
    form: str | None = None,
) -> Draft:
    """Keep a draft's text. Who knows an older revision gets OldRevision, and nothing is overwritten. A draft that
    waited for release or was sent back is being written again. Private words become public only where the person says
    that ``others_may_read`` them; else WouldBePublic.
    """
    if len(text) > MOST:
        raise Refused("A reply has at most {most} characters.", most=MOST)
    with atomic():
        draft = held(draft, revision=revision, by=by)
        draft.text, draft.subject = clean(text), clean(subject or draft.subject)[:400].replace("\n", " ")
        if visibility is not None:
            _ask_before_public(draft, visibility, others_may_read=others_may_read)
            draft.visibility = _possible(draft, visibility)
        if form is not None:
            draft.form = form
        draft.state, draft.written_by = DraftState.WRITING, by
        draft.revision, draft.changed_at = revision + 1, clock.now()
        draft.save()
        if version_ids:
            draft.blocks.add(*BlockVersion.objects.usable(clock.now().date()).filter(pk__in=version_ids))
        record("draft.saved", draft.case, by=by, draft=draft.pk, revision=draft.revision)
    return draft


def held(draft: Draft, *, revision: int, by: Agent) -> Draft:
    """The living draft as ``by`` knows it, held until the transaction ends; call inside one. Raises NotFound,
    NotAllowed, Conflict where it was released or dropped, OldRevision where a colleague changed it.
    """
    _may(draft.case, by)
    draft = Draft.objects.locked(draft)
    if draft.state in {DraftState.RELEASED, DraftState.DROPPED}:
        raise Conflict("This draft was released or dropped already.")
    if draft.revision != revision:
        raise OldRevision
    return draft


def drop_draft(draft: Draft, *, by: Agent) -> Draft:
    """Throw a draft away; its text stays in the table for the journal's sake, but nobody can release it."""
    _may(draft.case, by)
    with atomic():
        draft = Draft.objects.locked(draft)
        if draft.state == DraftState.RELEASED:
            raise Conflict("This draft was released already.")
        draft.state, draft.changed_at = DraftState.DROPPED, clock.now()
        draft.save(update_fields=["state", "changed_at"])
        record("draft.dropped", draft.case, by=by, draft=draft.pk)
    return draft


def preview(draft: Draft) -> Preview:
    """Exactly what would leave if it were released now."""
    account, target = draft.conversation.account, draft.target
    speaks, limits = connector(account.channel), limits_of(account)
    outgoing = _outgoing(draft, account, target)
    content = content_of(outgoing, account=account.pk)
    return Preview(
        outgoing,
        content,
        hash_of(content),
        length_of(outgoing, speaks, limits),
        cut_of(outgoing, speaks, limits, tail=closing_of(draft)),
        list(speaks.check(outgoing, limits)),
        run_checks(outgoing, hearer=hearer_of(target)),
        speaks.appear(outgoing),
    )


def closing_of(draft: Draft) -> str:
    """How the reply ends by the rule of its account: the initials or the signature of who wrote it. Nothing where
    nothing is written, or where the text ends so already.
    """
    writer, text = draft.written_by, draft.text.strip()
    if writer is None or not text:
        return ""
    match draft.conversation.account.signing:
        case Signing.INITIALS:
            closing = f" ^{writer.sign}"
        case Signing.SIGNATURE:
            closing = f"\n\n{writer.signature or writer.name}"
        case _:
            return ""
    return "" if text.endswith(closing.strip()) else closing


def length_as_typed(target: Message, *, text: str, visibility: str, by: Agent) -> Length:
    """How long an answer to ``target`` is that nobody has kept yet. Nothing is written."""
    account = target.conversation.account
    possible = possible_visibilities(account, target)
    way = visibility if visibility in possible else next(iter(possible), target.visibility)
    typed = Draft(
        conversation=target.conversation, target=target, text=clean(text[:MOST]), visibility=way, written_by=by
    )
    return length_of(_outgoing(typed, account, target), connector(account.channel), limits_of(account))


def words_hash(target: Message) -> str:
    """What the customer says, as a hash: who releases an answer names the words that they saw."""
    return hashlib.sha256(target.text.encode("utf-8", "surrogatepass")).hexdigest()


def limits_of(account: Account) -> Limits:
    """The account's limits as last read from the server, else the channel's own."""
    limits = connector(account.channel).manifest.limits
    kept = account.limits
    return Limits(
        text_max=int(kept.get("text_max", limits.text_max)),
        counting=kept.get("counting", limits.counting),
        attachment_max_bytes=limits.attachment_max_bytes,
        attachments_max=limits.attachments_max,
        sends_per_minute=int(kept.get("sends_per_minute", limits.sends_per_minute)),
        window=limits.window,
    )


def possible_visibilities(account: Account, target: Message) -> list[VisibleTo]:
    """How this channel can answer this message: as the customer wrote, or more privately; never more publicly."""
    abilities = connector(account.channel).manifest.abilities
    found = [VisibleTo(target.visibility)] if target.is_public and Ability.PUBLIC_REPLY in abilities else []
    if Ability.DIRECT in abilities:
        found.append(VisibleTo.PRIVATE)
    return found


def _possible(draft: Draft, visibility: str) -> str:
    if visibility not in possible_visibilities(draft.conversation.account, draft.target):
        raise Refused("This channel cannot answer this message in that way.")
    return visibility


def _ask_before_public(draft: Draft, visibility: str, *, others_may_read: bool) -> None:
    """Inside ``save_draft``, which has the new text in ``draft`` already."""
    becomes_public = draft.visibility == VisibleTo.PRIVATE and visibility != VisibleTo.PRIVATE
    if becomes_public and draft.text.strip() and not others_may_read:
        raise WouldBePublic


def _outgoing(draft: Draft, account: Account, target: Message) -> Outgoing:
    author = target.author
    return Outgoing(
        key="",
        text=draft.text.strip() + closing_of(draft),
        visibility=Visibility(draft.visibility),
        in_reply_to=target.native_id,
        thread=draft.conversation.thread.native_id,
        conversation=draft.conversation.native_id,
        to=Author(author.native_id, author.name, author.handle) if author else Author(""),
        subject=draft.subject,
        references=tuple([*target.references, target.native_id][-30:]),
        from_name=account.name,
        language=_language(draft.text) or form_of(draft, target).split(".")[0],
    )


def _language(text: str) -> str:
    """What this reply is written in, where its words tell."""
    return language_by_words(words_of(text.lower()))[0]


def _reply_subject(target: Message) -> str:
    if not target.subject:
        return ""
    return target.subject if target.subject.lower().startswith("re:") else f"Re: {target.subject}"[:400]


def _may(case: Case, by: Agent) -> None:
    if not Case.objects.visible_to(by).filter(pk=case.pk).exists():
        raise NotFound
    if not by.may(May.WORK_CASES):
        raise NotAllowed
