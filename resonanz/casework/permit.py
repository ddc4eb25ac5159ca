"""Whether a person may do something with a case, said once."""

from resonanz.kit.errors import NotAllowed, NotFound
from resonanz.model.models import Agent, Case, May


def permit(case: Case, by: Agent, *what: str) -> None:
    """Raise NotFound where this person does not see the case, NotAllowed where the role is missing."""
    if not Case.objects.visible_to(by).filter(pk=case.pk).exists():
        raise NotFound
    if not by.may(*(what or (May.WORK_CASES,))):
        raise NotAllowed
