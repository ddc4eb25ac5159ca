"""What happens at the doors goes into the journal: the libraries' signals, told on as our events.

No password, and no address that a stranger typed, is kept: a failed try at an address that nobody has is only counted.
"""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed, password_reset, password_set, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from resonanz.journal.record import record
from resonanz.model.models import Agent
from resonanz.web.pages.browsers import forget_browser


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: Agent, **_: Any) -> None:
    ways = {str(one.get("type") or one["method"]) for one in get_authentication_records(request, user)}
    record("agent.signed_in", user, by=user, ways=sorted(ways))


@receiver(user_login_failed)
def refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """A wrong password: at the door, or where somebody inside was asked for it again."""
    inside = getattr(request, "user", None)
    if isinstance(inside, Agent):
        record("agent.sign_in_failed", inside, by=inside, again=True)
        return
    address = str(credentials.get("email") or credentials.get("username") or "").lower()
    meant = Agent.objects.filter(email=address).first()
    record("agent.sign_in_failed", meant, by=None, person=meant.name if meant else "")


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: Agent | None, **_: Any) -> None:
    """Whoever signs out is not told in this browser any more: somebody else may sit there next."""
    if user is not None:
        forget_browser(request, user)
        record("agent.signed_out", user, by=user)


@receiver([password_changed, password_set])
def password_was_changed(user: Agent, **_: Any) -> None:
    record("agent.password_changed", user, by=user)


@receiver(password_reset)
def password_was_reset(user: Agent, **_: Any) -> None:
    """By the mail that only this person should get."""
    record("agent.password_reset", user, by=user)


@receiver(authenticator_added)
def factor_added(user: Agent, authenticator: Authenticator, **_: Any) -> None:
    record("agent.factor_added", user, by=user, factor=authenticator.type)


@receiver(authenticator_removed)
def factor_removed(user: Agent, authenticator: Authenticator, **_: Any) -> None:
    record("agent.factor_removed", user, by=user, factor=authenticator.type)


@receiver(authenticator_reset)
def codes_renewed(user: Agent, **_: Any) -> None:
    record("agent.codes_renewed", user, by=user)


@receiver(authentication_failed)
def factor_refused(user: Agent, authenticator: Authenticator, **_: Any) -> None:
    """The password was right, the second factor was not: worth a look."""
    record("agent.factor_refused", user, by=None, person=user.name, factor=authenticator.type)
