"""What a new house still lacks before its first customer is answered; it looks by itself at what is there."""

from collections.abc import Callable
from dataclasses import dataclass

from resonanz.model.models import Account, Agent, BlockState, BlockVersion, Delivery, DeliveryState, FileImport, May


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who can take it, its name, what it is good for (message ids), the page where it is done."""

    may: May
    said: str
    why: str
    page: str
    is_there: Callable[[], bool]

    @property
    def is_done(self) -> bool:
        return self.is_there()


STEPS = (
    Step(
        May.RUN_ACCOUNTS,
        said="Connect an account",
        why="A mailbox or a profile; from then on what people write to you arrives here.",
        page="accounts",
        is_there=Account.objects.exists,
    ),
    Step(
        May.IMPORT,
        said="Import a file",
        why="A CSV or JSON Lines file with past reactions, to try everything with.",
        page="imports",
        is_there=FileImport.objects.exists,
    ),
    Step(
        May.RUN_TEAM,
        said="Invite somebody",
        why="Nothing leaves without the release of a second person.",
        page="team_invite",
        is_there=lambda: Agent.objects.filter(is_active=True).count() > 1,
    ),
    Step(
        May.EDIT_BLOCKS,
        said="Write a text block",
        why="Greetings and answers that come up again and again, in du, Sie and English, approved once.",
        page="block_new",
        is_there=lambda: BlockVersion.objects.filter(state=BlockState.PUBLISHED).exists(),
    ),
    Step(
        May.WORK_CASES,
        said="Answer the first customer",
        why="Open a case, take it with c, write with r, look for text blocks with ::",
        page="inbox",
        is_there=lambda: False,  # then there are no steps any more
    ),
)


def first_steps(agent: Agent) -> list[Step]:
    """The steps that this person can take, in order; none once a reply has left, and none for who can take only one."""
    if Delivery.objects.filter(state__in=[DeliveryState.SENT, DeliveryState.CONFIRMED]).exists():
        return []
    steps = [step for step in STEPS if agent.may(step.may)]
    return steps if len(steps) > 1 else []
