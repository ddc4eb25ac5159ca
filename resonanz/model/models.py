"""Every table, in one place for Django and for everybody who needs one."""

from resonanz.model.account import Account, AccountState, Budget, Cursor, CursorEnd, Push
from resonanz.model.arrival import Arrival, ArrivalState, BadLine, Envelope, FileImport, ImportState
from resonanz.model.block import BlockState, BlockVersion, TextBlock
from resonanz.model.case import Case, CaseState, CloseReason, Note, Presence
from resonanz.model.delivery import Attempt, Delivery, DeliveryState, Outcome, Receipt
from resonanz.model.draft import Approval, Decision, Draft, DraftState
from resonanz.model.event import Event
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
from resonanz.model.person import AddressForm, Contact, Identity
from resonanz.model.reading import Reading
from resonanz.model.team import ROLE_MAY, Agent, May, Queue, Role, Team

__all__ = [
    "ROLE_MAY",
    "Account",
    "AccountState",
    "AddressForm",
    "Agent",
    "Approval",
    "Arrival",
    "ArrivalState",
    "Attachment",
    "Attempt",
    "BadLine",
    "BlockState",
    "BlockVersion",
    "Budget",
    "Case",
    "CaseState",
    "CloseReason",
    "Contact",
    "Conversation",
    "Coverage",
    "Cursor",
    "CursorEnd",
    "Decision",
    "Delivery",
    "DeliveryState",
    "Direction",
    "Draft",
    "DraftState",
    "Envelope",
    "Event",
    "FileImport",
    "FormerText",
    "Identity",
    "ImportState",
    "May",
    "Message",
    "MessageState",
    "Note",
    "Outcome",
    "Presence",
    "Push",
    "Queue",
    "Reading",
    "Receipt",
    "Role",
    "Team",
    "TextBlock",
    "Thread",
    "VisibleTo",
]
