"""Who works: teams, agents, their roles, and the queues where cases wait."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resonanz.kit import clock
from resonanz.model.base import Lockable, member_of


class Role(models.TextChoices):
    AGENT = "agent", _("Agent")
    LEAD = "lead", _("Team lead")
    EDITOR = "editor", _("Editor")
    PRIVACY = "privacy", _("Data protection")
    OPERATOR = "operator", _("Operator")


class May(models.TextChoices):
    """What a person may do; roles bundle these (see ROLE_MAY)."""

    READ_CASES = "read_cases", _("read cases")
    WORK_CASES = "work_cases", _("work cases")
    RELEASE = "release", _("release replies")
    ASSIGN_OTHERS = "assign_others", _("assign to others")
    EDIT_BLOCKS = "edit_blocks", _("write text blocks")
    APPROVE_BLOCKS = "approve_blocks", _("approve text blocks")
    RESOLVE_SENDING = "resolve_sending", _("resolve sending problems")
    READ_LEDGER = "read_ledger", _("read the ledger")
    READ_JOURNAL = "read_journal", _("read the journal")
    READ_ACCOUNTS = "read_accounts", _("see how accounts stand")
    RUN_ACCOUNTS = "run_accounts", _("connect accounts")
    RUN_TEAM = "run_team", _("manage the team")
    IMPORT = "import", _("import files")
    SET_KEEPING = "set_keeping", _("say how long words are kept")


_WORK = {May.READ_CASES, May.WORK_CASES, May.READ_LEDGER}
ROLE_MAY: dict[str, frozenset[str]] = {
    Role.AGENT: frozenset(_WORK),
    Role.LEAD: frozenset(
        _WORK
        | {May.RELEASE, May.ASSIGN_OTHERS, May.RESOLVE_SENDING, May.READ_JOURNAL, May.APPROVE_BLOCKS, May.EDIT_BLOCKS}
        | {May.IMPORT, May.RUN_TEAM, May.READ_ACCOUNTS}
    ),
    Role.EDITOR: frozenset({May.READ_CASES, May.EDIT_BLOCKS, May.APPROVE_BLOCKS}),
    Role.PRIVACY: frozenset({May.READ_CASES, May.READ_LEDGER, May.READ_JOURNAL, May.SET_KEEPING}),
    Role.OPERATOR: frozenset(
        {May.READ_ACCOUNTS, May.RUN_ACCOUNTS, May.RUN_TEAM, May.READ_JOURNAL, May.READ_LEDGER, May.IMPORT}
    ),
}


class Team(models.Model):
    """People who work the same queues. A team sees its own queues and those of no team. ``hours``: for Monday to Sunday
    "08:00-18:00" or "" (closed), nothing at all: always; ``closed_days``: dates (2026-12-25) on which nobody works.
    """

    name = models.CharField(max_length=80, unique=True)
    hours = models.JSONField(default=list, blank=True, db_default=[])
    closed_days = models.JSONField(default=list, blank=True, db_default=[])

    objects = Lockable["Team"].as_manager()

    def __str__(self) -> str:
        return self.name


NAMED = ("name", "initials")  # of a person where only their name is shown


class AgentManager(BaseUserManager["Agent"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Agent":
        agent = Agent(email=self.normalize_email(email).lower(), **fields)
        agent.set_password(password)
        agent.save()
        return agent

    def get_by_natural_key(self, username: str | None) -> "Agent":
        return self.get(email=(username or "").lower())


class Agent(AbstractBaseUser):
    """A person who signs in. ``roles`` is a list of Role values; what they may do is their union. ``capacity``: how
    many open cases queues may give them by themselves; ``seen_at``: when they were last at the desk, to the minute;
    ``needs_release``: a colleague releases whatever they write.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    initials = models.CharField(max_length=8, blank=True)
    signature = models.CharField(max_length=300, blank=True)
    roles = models.JSONField(default=list)
    teams = models.ManyToManyField(Team, related_name="agents", blank=True)
    language = models.CharField(max_length=5, blank=True)
    theme = models.CharField(max_length=5, blank=True)
    density = models.CharField(max_length=7, blank=True, default="", db_default="")
    keys = models.CharField(max_length=3, blank=True, default="", db_default="")
    needs_release = models.BooleanField(default=False, db_default=False)
    capacity = models.PositiveSmallIntegerField(default=20, db_default=20)
    away_until = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = AgentManager()

    def __str__(self) -> str:
        return self.name

    @property
    def sign(self) -> str:
        """The initials with which this person signs short replies."""
        return self.initials or "".join(part[0] for part in self.name.split()[:2]).upper()

    @property
    def is_away(self) -> bool:
        return self.away_until is not None and self.away_until > clock.now()

    def may(self, *what: str) -> bool:
        """Whether this person's roles allow all of ``what``."""
        if not self.is_active:
            return False
        allowed: set[str] = set()
        for role in self.roles:
            allowed |= ROLE_MAY.get(role, frozenset())
        return allowed.issuperset(what)

    @property
    def sees_all(self) -> bool:
        """Whether this person sees every queue."""
        return bool({Role.LEAD, Role.PRIVACY} & set(self.roles))

    @property
    def is_staff(self) -> bool:
        return False


class Spread(models.TextChoices):
    """Who takes the cases of a queue."""

    PULL = "", _("whoever is free takes one")
    ROUND = "round", _("the next one in turn gets one")


class QueueSet(Lockable["Queue"]):
    def visible_to(self, agent: Agent) -> "QueueSet":
        """Queues of the agent's teams and of no team; leads and privacy officers see all."""
        if agent.sees_all:
            return self
        return self.filter(models.Q(team__isnull=True) | models.Q(team__agents=agent)).distinct()


class Queue(models.Model):
    """Where cases wait for a team. ``words``: words that send a message here (simple routing). ``keeps_customer``: who
    had a customer's case before gets the next one, where they are there and have room.
    """

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="queues")
    position = models.PositiveSmallIntegerField(default=0)
    words = models.JSONField(default=list, blank=True)
    is_default = models.BooleanField(default=False)
    spread = models.CharField(max_length=6, choices=Spread, blank=True, default="", db_default="")
    keeps_customer = models.BooleanField(default=True, db_default=True)

    objects = QueueSet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_queue"
            ),
            member_of("spread", Spread, "spread_known"),
        ]

    def __str__(self) -> str:
        return self.name
