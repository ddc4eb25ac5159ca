"""Every table, in one place for Django and for everybody who needs one."""

from resonanz.model.account import Account, AccountState, Budget, Cursor, CursorEnd, Push, Signing
from resonanz.model.arrival import Arrival, ArrivalState, BadLine, Envelope, FileImport, ImportState
from resonanz.model.block import BlockState, BlockVersion, TextBlock
from resonanz.model.browser import Browser, PushKey
from resonanz.model.case import Case, CaseState, CloseReason, Note, Presence
from resonanz.model.delivery import Attempt, Delivery, DeliveryState, Outcome, Receipt
from resonanz.model.draft import Alternative, Approval, Decision, Draft, DraftState
from resonanz.model.event import Event
from resonanz.model.keeping import Keeping
from resonanz.model.look import BulkAct, SavedView
from resonanz.model.message import (
    Attachment,
    Conversation,
    Coverage,
    Direction,
    FormerText,
    Message,
    MessageState,
    Thread,
    VisibleTo,
)
from resonanz.model.notice import Digest, Every, FollowUp, Notice, NoticeKind, NoticeWish, Way
from resonanz.model.person import AddressForm, Consent, Contact, ContactNote, Identity, Merge, Purpose, TwoPeople
from resonanz.model.reading import Reading
from resonanz.model.tag import CaseTag, Tag
from resonanz.model.team import ROLE_MAY, Agent, May, Queue, Role, Spread, Team
from resonanz.model.tie import CaseLink, LinkKind

__all__ = [
    "ROLE_MAY",
    "Account",
    "AccountState",
    "AddressForm",
    "Agent",
    "Alternative",
    "Approval",
    "Arrival",
    "ArrivalState",
    "Attachment",
    "Attempt",
    "BadLine",
    "BlockState",
    "BlockVersion",
    "Browser",
    "Budget",
    "BulkAct",
    "Case",
    "CaseLink",
    "CaseState",
    "CaseTag",
    "CloseReason",
    "Consent",
    "Contact",
    "ContactNote",
    "Conversation",
    "Coverage",
    "Cursor",
    "CursorEnd",
    "Decision",
    "Delivery",
    "DeliveryState",
    "Digest",
    "Direction",
    "Draft",
    "DraftState",
    "Envelope",
    "Event",
    "Every",
    "FileImport",
    "FollowUp",
    "FormerText",
    "Identity",
    "ImportState",
    "Keeping",
    "LinkKind",
    "May",
    "Merge",
    "Message",
    "MessageState",
    "Note",
    "Notice",
    "NoticeKind",
    "NoticeWish",
    "Outcome",
    "Presence",
    "Purpose",
    "Push",
    "PushKey",
    "Queue",
    "Reading",
    "Receipt",
    "Role",
    "SavedView",
    "Signing",
    "Spread",
    "Tag",
    "Team",
    "TextBlock",
    "Thread",
    "TwoPeople",
    "VisibleTo",
    "Way",
]
