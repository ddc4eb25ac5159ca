"""What stands below the title of an open case: when it is due, its tags, its links, who looks again when."""

from resonanz.casework.link import links_of
from resonanz.casework.reach import who_sees
from resonanz.casework.tag import tags_of
from resonanz.model.base import besides
from resonanz.model.models import Agent, Case, LinkKind, Queue
from resonanz.model.team import NAMED
from resonanz.web.around import Around

OTHER_CASES = 8
_UNNAMED = besides("agent", Agent, *NAMED)
_QUEUE = besides("queue", Queue, "name")


def strip_values(here: Around, opened: Case, *, works: bool) -> dict[str, object]:
    """The values of the strip; what only forms need is left out for those who may not act."""
    agent = here.agent
    others = opened.contact.cases.exclude(pk=opened.pk).visible_to(agent).select_related("queue").defer(*_QUEUE)
    return {
        "tags": tags_of([opened.pk]).get(opened.pk, ()),
        "links": links_of(opened, seen_by=agent),
        "link_kinds": LinkKind.choices,
        "follow_ups": opened.follow_ups.open().select_related("agent").defer(*_UNNAMED).order_by("due_at", "pk"),
        "reminded": who_sees(opened, here.active) if works else (),
        "other_cases": list(others.order_by("-opened_at")[:OTHER_CASES]),
    }
