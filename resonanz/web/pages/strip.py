"""What stands below the title of an open case: when it is due, its tags, its links, who looks again when."""

from resonanz.casework.link import links_of
from resonanz.casework.reach import who_sees
from resonanz.casework.tag import tags_of
from resonanz.model.models import Agent, Case, LinkKind

OWN_CASES = 8


def strip_values(agent: Agent, opened: Case, *, works: bool) -> dict[str, object]:
    """The values of the strip; what only forms need is left out for those who may not act."""
    others = opened.contact.cases.exclude(pk=opened.pk).visible_to(agent).order_by("-opened_at")
    return {
        "tags": tags_of([opened.pk]).get(opened.pk, ()),
        "links": links_of(opened, seen_by=agent),
        "link_kinds": LinkKind.choices,
        "follow_ups": opened.follow_ups.open().select_related("agent").order_by("due_at", "pk"),
        "reminded": who_sees(opened) if works else (),
        "own_cases": others[:OWN_CASES] if works else (),
    }
