"""Notices by mail: one mail with what is unread, for those who wish it. Nothing that a customer wrote is in it.

A mail is begun (``mailing_at``), then sent outside of any transaction, then noted as taken (``mailed_at``). Where it
was surely not taken, it is tried again later; where nobody can know, it is not: no notice is ever mailed twice.
"""

from collections.abc import Sequence
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.transaction import atomic
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resonanz.casework.notices import next_mail, together
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.text import one_line
from resonanz.model.models import Agent, Case, Digest, Notice, NoticeKind, NoticeWish, Way

BATCH = 20
MOST = 50
LEASE = timedelta(minutes=15)
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=4)


class NotTaken(Exception):
    """The mail server surely did not take the mail."""


class Unknown(Exception):
    """The line broke while the mail was being handed over."""


def mail_due(most: int = BATCH) -> int:
    """Send every mail that is due; returns how many were tried."""
    with atomic():
        taken = Digest.objects.claim(clock.now(), most, LEASE)
    return sum(_mail(digest) for digest in Digest.objects.filter(pk__in=taken).select_related("agent"))


def _mail(digest: Digest) -> int:
    notices = _begin(digest)
    if not notices:
        return 0
    try:
        _send(digest.agent, notices)
    except NotTaken as error:
        _end(digest, notices, "notices.mail_failed", said=str(error))
    except Unknown as error:
        _end(digest, notices, "notices.mail_unsure", said=str(error))
    else:
        _end(digest, notices, "notices.mailed")
    return 1


def _begin(digest: Digest) -> list[Notice]:
    """What the mail tells, marked as being mailed; where there is nothing, the next mail is due as always."""
    with atomic():
        agent = digest.agent
        kinds = NoticeWish.objects.filter(agent=agent, way=Way.MAIL).values("kind")
        fresh = Notice.objects.unread().filter(agent=agent, mailing_at__isnull=True, kind__in=kinds)
        fresh = fresh.filter(case__in=Case.objects.visible_to(agent)).select_related("by").order_by("at", "pk")
        notices = list(fresh.select_for_update(of=("self",))[:MOST]) if agent.is_active else []
        if notices:
            Notice.objects.filter(pk__in=[one.pk for one in notices]).update(mailing_at=clock.now())
        else:
            _free(digest, tries=digest.tries, said=digest.said, due_at=next_mail(digest.every))
    return notices


def _end(digest: Digest, notices: Sequence[Notice], kind: str, *, said: str = "") -> None:
    mailed = Notice.objects.filter(pk__in=[one.pk for one in notices])
    with atomic():
        if kind == "notices.mail_failed":
            mailed.update(mailing_at=None)
            wait = min(SHORTEST * 2 ** min(digest.tries, 10), LONGEST)
            _free(digest, tries=digest.tries + 1, said=said, due_at=clock.now() + wait)
        elif kind == "notices.mail_unsure":
            _free(digest, tries=0, said=said, due_at=next_mail(digest.every))
        else:
            mailed.update(mailed_at=clock.now())
            Digest.objects.filter(pk=digest.pk).update(sent_at=clock.now())
            _free(digest, tries=0, said="", due_at=next_mail(digest.every))
        record(kind, digest.agent, by=None, count=len(notices))


def _free(digest: Digest, **fields: object) -> None:
    Digest.objects.filter(pk=digest.pk).update(claimed_until=None, **fields)


def _send(agent: Agent, notices: Sequence[Notice]) -> None:
    """Hand the mail over; raises NotTaken or Unknown. The line is opened first, so that what fails there is certain."""
    with translation.override(agent.language or settings.LANGUAGE_CODE):
        mail = EmailMessage(_subject(len(notices)), _text(agent, notices), to=[agent.email])
    try:
        line = get_connection()
        line.open()
    except (OSError, SMTPException) as error:
        raise NotTaken(_said(error)) from error
    try:
        line.send_messages([mail])
    except (SMTPResponseException, SMTPRecipientsRefused) as error:
        raise NotTaken(_said(error)) from error
    except (OSError, SMTPException) as error:
        raise Unknown(_said(error)) from error
    finally:
        _close(line)


def _close(line: object) -> None:
    try:
        line.close()  # type: ignore[attr-defined]  # the base of all mail backends has it
    except (OSError, SMTPException):
        return


def _subject(count: int) -> str:
    said = ngettext("{n} notice for you", "{n} notices for you", count).format(n=count)
    return f"[{settings.CONFIG.house_name}] {said}"


def _text(agent: Agent, notices: Sequence[Notice]) -> str:
    """Who did what with which case, and the way there."""
    address = settings.CONFIG.public_url.rstrip("/")
    lines = [
        "\n".join([notices_said(group), *(f"{address}/cases/{one.case_id}/" for one in group)])
        for group in together(notices)
    ]
    why = _("You get this mail because you asked for it. Change it here: {address}").format(
        address=f"{address}/notices/"
    )
    return "\n\n".join([_("Hello {name},").format(name=agent.name), *lines, why]) + "\n"


def notices_said(group: Sequence[Notice]) -> str:
    """What happened, where several notices are said as one."""
    if len(group) == 1:
        return notice_said(group[0])
    by = group[0].by
    return _("{name} gave you {n} cases.").format(name=by.name if by else _("Somebody"), n=len(group))


def notice_said(notice: Notice) -> str:
    """What happened, in one sentence without the customer's words."""
    said = {
        NoticeKind.MENTIONED: _("{name} mentions you in a note at case {number}."),
        NoticeKind.ASSIGNED: _("{name} gave you case {number}."),
        NoticeKind.SENT_BACK: _("{name} sent back your draft at case {number}."),
        NoticeKind.RELEASED: _("{name} released your draft at case {number}."),
        NoticeKind.FOLLOW_UP: _("Look at case {number} again, as you were to be reminded."),
        NoticeKind.WROTE_AGAIN: _("The customer wrote again in your case {number}."),
    }[NoticeKind(notice.kind)]
    return said.format(name=notice.by.name if notice.by else _("Somebody"), number=notice.case_id)


def _said(error: Exception) -> str:
    return one_line(f"{type(error).__name__}: {error}", 300)
