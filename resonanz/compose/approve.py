"""Nothing leaves without a named person's release, bound to the hash of exactly what leaves."""

from django.conf import settings
from django.db import IntegrityError
from django.db.transaction import atomic

from resonanz.compose.draft import MOST, OldRevision, preview, words_hash
from resonanz.journal.record import record
from resonanz.journal.tell import tell
from resonanz.kit import clock
from resonanz.kit.errors import Conflict, NotAllowed, NotFound, Refused
from resonanz.kit.text import clean
from resonanz.model.models import Agent, Approval, Case, Decision, Delivery, Draft, DraftState, May, Message, NoticeKind
from resonanz.outbox.enqueue import HashDiffers, enqueue


class MayNotLeave(Refused):
    """The checks speak against it."""

    code = "may_not_leave"
    said = "This reply cannot leave like this. Look at the notes below the text."


class WordsChanged(Conflict):
    """The reply would answer what the customer no longer says."""

    code = "words_changed"
    said = "The customer has changed their words since you looked. Read the new words, then decide."


def may_release(draft: Draft, agent: Agent) -> bool:
    """Leads release what others wrote; where four eyes are switched off, writers release their own, except who always
    needs a colleague's release.
    """
    if agent.needs_release and draft.written_by_id == agent.pk:
        return False
    if settings.CONFIG.four_eyes:
        return agent.may(May.RELEASE) and draft.written_by_id != agent.pk
    return agent.may(May.RELEASE) or (agent.may(May.WORK_CASES) and draft.written_by_id == agent.pk)


def may_release_own(agent: Agent) -> bool:
    """Whether this person sends what they write without asking anybody."""
    return (
        not settings.CONFIG.four_eyes
        and not agent.needs_release
        and (agent.may(May.RELEASE) or agent.may(May.WORK_CASES))
    )


def submit_draft(draft: Draft, *, by: Agent, revision: int, close_case: bool = False) -> Draft:
    """Ask for release. What the checks block is refused here already."""
    _visible(draft, by)
    if not by.may(May.WORK_CASES):
        raise NotAllowed
    with atomic():
        draft = Draft.objects.locked(draft)
        if draft.revision != revision:
            raise OldRevision
        if draft.state == DraftState.WAITING:
            return draft
        if draft.state not in {DraftState.WRITING, DraftState.REJECTED}:
            raise Conflict
        if not preview(draft).may_leave:
            raise MayNotLeave
        draft.state, draft.changed_at, draft.closes_case = DraftState.WAITING, clock.now(), close_case
        draft.handed_in = draft.text
        draft.save(update_fields=["state", "changed_at", "closes_case", "handed_in"])
        record("draft.submitted", draft.case, by=by, draft=draft.pk)
    return draft


def release_draft(
    draft: Draft, *, content_hash: str, words: str, by: Agent, close_case: bool | None = None
) -> Delivery:
    """Release exactly the text whose hash was shown, as an answer to the words whose hash was shown (``words``); it
    enters the outbox in the same transaction.
    """
    _visible(draft, by)
    with atomic():
        draft = Draft.objects.locked(draft)
        if draft.state not in {DraftState.WAITING, DraftState.WRITING}:
            raise Conflict("This reply was decided about already.")
        if not may_release(draft, by):
            raise NotAllowed("A second person has to release this reply.")
        draft.target = Message.objects.locked(draft.target_id)  # an edit being settled is waited for
        if words_hash(draft.target) != words:
            raise WordsChanged
        shown = preview(draft)
        if shown.content_hash != content_hash:
            raise HashDiffers
        if not shown.may_leave:
            raise MayNotLeave
        try:
            approval = Approval.objects.create(
                draft=draft, content_hash=content_hash, decision=Decision.RELEASED, by=by, at=clock.now()
            )
        except IntegrityError:
            raise Conflict("This reply was decided about already.") from None
        draft.state, draft.changed_at = DraftState.RELEASED, clock.now()
        if close_case is not None:
            draft.closes_case = close_case
        draft.save(update_fields=["state", "changed_at", "closes_case"])
        record("draft.released", draft.case, by=by, draft=draft.pk, hash=content_hash)
        tell(draft.written_by, NoticeKind.RELEASED, case=draft.case, by=by, text=draft.text)
        return enqueue(approval, shown.content)


def amend_draft(draft: Draft, *, text: str, revision: int, by: Agent) -> Draft:
    """Change a reply that waits, as the one who may release it: it goes on waiting, and its writer stays its writer.
    What was handed in is kept beside it. Raises OldRevision.
    """
    _visible(draft, by)
    if not may_release(draft, by):
        raise NotAllowed
    text = clean(text).strip()
    if not text:
        raise Refused("Write something first.")
    if len(text) > MOST:
        raise Refused("A reply has at most {most} characters.", most=MOST)
    with atomic():
        draft = Draft.objects.locked(draft)
        if draft.state != DraftState.WAITING:
            raise Conflict("This reply was decided about already.")
        if draft.revision != revision:
            raise OldRevision
        if draft.text == text:
            return draft
        draft.text, draft.revision, draft.changed_at = text, revision + 1, clock.now()
        draft.save(update_fields=["text", "revision", "changed_at"])
        record("draft.amended", draft.case, by=by, draft=draft.pk, revision=draft.revision)
    return draft


def reject_draft(draft: Draft, *, by: Agent, reason: str) -> Draft:
    """Send a draft back to its writer, with the reason."""
    _visible(draft, by)
    if not may_release(draft, by):
        raise NotAllowed
    if not reason.strip():
        raise Refused("Say what has to change.")
    with atomic():
        draft = Draft.objects.locked(draft)
        if draft.state != DraftState.WAITING:
            raise Conflict("This reply was decided about already.")
        Approval.objects.create(
            draft=draft,
            content_hash=preview(draft).content_hash,
            decision=Decision.REJECTED,
            by=by,
            at=clock.now(),
            reason=reason.strip()[:400],
        )
        draft.state, draft.changed_at = DraftState.REJECTED, clock.now()
        draft.save(update_fields=["state", "changed_at"])
        record("draft.rejected", draft.case, by=by, draft=draft.pk)
        tell(draft.written_by, NoticeKind.SENT_BACK, case=draft.case, by=by, text=reason)
    return draft


def _visible(draft: Draft, by: Agent) -> None:
    if not Case.objects.visible_to(by).filter(pk=draft.case_id).exists():
        raise NotFound
