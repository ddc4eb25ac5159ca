"""What the journal's events are called on the screen."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENT_NAMES: dict[str, str | Promise] = {
    "case.assigned": _("assigned"),
    "case.claimed": _("taken"),
    "case.closed": _("closed"),
    "case.given_back": _("given back"),
    "case.moved": _("moved to another queue"),
    "case.reopened": _("opened again"),
    "case.reopened_by_customer": _("the customer wrote again"),
    "case.snoozed": _("put off"),
    "case.woke": _("came back"),
    "delivery.bounced": _("the reply came back"),
    "delivery.confirmed": _("the reply was confirmed"),
    "delivery.enqueued": _("the reply is in the outbox"),
    "delivery.failed": _("sending failed"),
    "delivery.found": _("the reply was found on the platform"),
    "delivery.given_up": _("sending was given up"),
    "delivery.postponed": _("sending was postponed"),
    "delivery.refused": _("the reply was not accepted"),
    "delivery.said_not_sent": _("a person says it was not sent"),
    "delivery.said_sent": _("a person says it was sent"),
    "delivery.sent": _("the reply was sent"),
    "delivery.sent_again": _("the reply is sent again"),
    "delivery.unsure": _("it is uncertain whether the reply was sent"),
    "delivery.withdrawn": _("the reply was taken back"),
    "draft.dropped": _("a draft was dropped"),
    "draft.opened": _("a draft was begun"),
    "draft.rejected": _("the draft was sent back"),
    "draft.released": _("the reply was released"),
    "draft.saved": _("the draft was changed"),
    "draft.submitted": _("the draft was submitted for release"),
    "note.added": _("a note was written"),
    "reading.overruled": _("a reading was overruled"),
}
