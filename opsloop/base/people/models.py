"""Who works here, in which department and position, and which account signs in.

Account (signs in), Person (works here, perhaps without an account, or a robot) and later Customer
are different things. A person's rights come from their holdings (任职) and nothing else.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.things.models import Thing, ThingQuerySet
from opsloop.base.things.texts import in_chinese


class Department(Thing):
    """A node of the tree. `path` is the ids from the root, as /1/4/: a subtree is one prefix."""

    code = models.SlugField(_("Code"), max_length=60, unique=True)
    title = models.CharField(_("Name"), max_length=80)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("Part of")
    )
    path = models.CharField(max_length=200, default="", editable=False, db_index=True)
    calendar = models.SlugField(_("Working calendar"), max_length=60, default="", blank=True)
    closed_at = models.DateTimeField(_("Closed at"), null=True, blank=True)

    class Meta(Thing.Meta):
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/departments/{self.pk}/"


class Position(Thing):
    """A post (岗位) as the playbook's position file of the same id names it; written by publication only."""

    code = models.SlugField(_("Code"), max_length=60, unique=True)
    title = models.CharField(_("Name"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120, default="", blank=True)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("Department")
    )
    reports_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reports", verbose_name=_("Reports to")
    )
    headcount = models.PositiveSmallIntegerField(_("Headcount"), default=1)
    withdrawn_at = models.DateTimeField(_("Withdrawn at"), null=True, blank=True)

    class Meta(Thing.Meta):
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The title as the reader reads it."""
        return self.title_en if self.title_en and not in_chinese() else self.title

    def get_absolute_url(self) -> str:
        """Its page in the standard."""
        return f"/playbook/position/{self.code}/"


class Language(models.TextChoices):
    ZH = "zh-hans", "中文"
    EN = "en", "English"


class PersonKind(models.TextChoices):
    STAFF = "staff", _("Staff")
    ROBOT = "robot", _("Robot")
    OUTSIDER = "outsider", _("Outsider")


class Person(Thing):
    """Someone or something that can act. Leaving archives a person; nothing deletes one."""

    ledger_private = frozenset({"name", "number", "email", "phone", "joined_on", "login", "digest", "reason"})
    """Columns and values of acts about a person that lie in erasable side rows; why somebody left is personal too."""
    ledger_named = False
    sensitive: ClassVar[dict[str, str]] = {"email": "contact", "phone": "contact"}

    name = models.CharField(_("Full name"), max_length=60)
    number = models.CharField(_("Staff number"), max_length=30, null=True, blank=True, unique=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=PersonKind.choices, default=PersonKind.STAFF)
    email = models.EmailField(_("E-mail"), default="", blank=True)
    phone = models.CharField(_("Phone"), max_length=30, default="", blank=True)
    language = models.CharField(_("Language"), max_length=10, choices=Language.choices, default=Language.ZH)
    joined_on = models.DateField(_("Joined on"), null=True, blank=True)
    left_on = models.DateField(_("Left on"), null=True, blank=True)
    erased_at = models.DateTimeField(_("Erased at"), null=True, blank=True)

    class Meta(Thing.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return f"/people/{self.pk}/"

    def here_on(self, day: date) -> bool:
        """Has this person not yet left on `day`? The last day still counts."""
        return self.left_on is None or self.left_on >= day


class HoldingKind(models.TextChoices):
    PERMANENT = "permanent", _("Permanent")
    ACTING = "acting", _("Acting")
    ROTATION = "rotation", _("Rotation")
    DUAL = "dual", _("Second post")


class SpanQuerySet(ThingQuerySet[Any]):
    """Rows with `starts_at` and `ends_at`; the end is not part of the span."""

    def at(self, moment: datetime | None = None) -> SpanQuerySet:
        """Those in force at `moment`, by default now."""
        moment = moment or timezone.now()
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=moment), starts_at__lte=moment)


class Holding(Thing):
    """任职: a person holds a position in a department from a moment to a moment. Several at once are allowed."""

    ledger_named = False

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("Person"))
    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("Position")
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, verbose_name=_("Department"))
    kind = models.CharField(_("Kind"), max_length=10, choices=HoldingKind.choices, default=HoldingKind.PERMANENT)
    starts_at = models.DateTimeField(_("From"))
    ends_at = models.DateTimeField(_("Until"), null=True, blank=True)

    objects: ClassVar[Any] = SpanQuerySet.as_manager()

    class Meta(Thing.Meta):
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["position", "starts_at"], name="holding_position")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="holding_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.position}"


class Decision(models.TextChoices):
    WAITING = "waiting", _("Waiting for a second person")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")


class Asked(Thing):
    """What needs a second person: who asked and when, who decided and when."""

    ledger_named = False

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Person"))
    reason = models.TextField(_("Reason"), default="", blank=True)
    state = models.CharField(_("State"), max_length=10, choices=Decision.choices, default=Decision.WAITING)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Asked by"))
    asked_at = models.DateTimeField(_("Asked at"), default=timezone.now)
    decided_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Decided by")
    )
    decided_at = models.DateTimeField(_("Decided at"), null=True, blank=True)

    class Meta(Thing.Meta):
        abstract = True
        ordering = ["-asked_at", "id"]


class Appointment(Asked):
    """Somebody is to hold a position that gives power over people or the standard; a second person confirms it."""

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+", verbose_name=_("Position"))
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("Department"))
    kind = models.CharField(_("Kind"), max_length=10, choices=HoldingKind.choices, default=HoldingKind.PERMANENT)
    starts_at = models.DateTimeField(_("From"))
    ends_at = models.DateTimeField(_("Until"), null=True, blank=True)
    holding = models.OneToOneField(
        Holding, null=True, blank=True, on_delete=models.PROTECT, related_name="appointment", verbose_name=_("Holding")
    )

    class Meta(Asked.Meta):
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")

    def __str__(self) -> str:
        return f"{self.person} · {self.position}"

    def get_absolute_url(self) -> str:
        return f"/people/appointments/{self.pk}/"


class Erasure(Asked):
    """A person's data is to be deleted by law (PIPL 47); a second person confirms it."""

    class Meta(Asked.Meta):
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        return f"/people/erasures/{self.pk}/"


class Absence(Thing):
    """Someone is away and a substitute (代理人) acts for them; what the substitute does is recorded on their behalf."""

    ledger_private = frozenset({"reason"})
    ledger_named = False

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences", verbose_name=_("Person"))
    substitute = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="stands_in", verbose_name=_("Substitute")
    )
    starts_at = models.DateTimeField(_("From"))
    ends_at = models.DateTimeField(_("Until"), null=True, blank=True)
    reason = models.CharField(_("Reason"), max_length=200, default="", blank=True)

    objects: ClassVar[Any] = SpanQuerySet.as_manager()

    class Meta(Thing.Meta):
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-starts_at", "id"]

    def __str__(self) -> str:
        return str(self.person)


class AccountManager(BaseUserManager["Account"]):
    def get_queryset(self) -> models.QuerySet[Account]:
        """With the person: each page asks who it is that has signed in."""
        return super().get_queryset().select_related("person")

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(login__iexact=username)


class Account(AbstractBaseUser):
    """What signs in. Opened and closed by acts; its password and last sign-in are sign-in technique, not acts."""

    login = models.CharField(_("Login"), max_length=120, unique=True)
    email = models.EmailField(_("E-mail"), default="", blank=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account", verbose_name=_("Person"))
    is_active = models.BooleanField(_("May sign in"), default=True)
    opened_at = models.DateTimeField(_("Opened at"), default=timezone.now)
    sessions_valid_from = models.DateTimeField(default=timezone.now, editable=False)
    """Sign-in sessions begun before this moment are over: raised when a holding ends or the account closes."""

    demo_order = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    """Place among the faces of a demo workspace's door; None is no face."""

    ledger_named = False
    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.login


class SignIn(models.Model):
    """One sign-in session of an account, for the list "my sessions". Technical: written by the pages, not by acts."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="sign_ins")
    began_at = models.DateTimeField(_("Signed in at"))
    seen_at = models.DateTimeField(_("Last seen at"))
    ended_at = models.DateTimeField(_("Ended at"), null=True, blank=True)
    address = models.GenericIPAddressField(_("Address"), null=True, blank=True)
    agent = models.CharField(_("Browser"), max_length=200, default="", blank=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["-seen_at"]


class Token(Thing):
    """A key for programs: shown once, stored as its hash. Whoever bears it acts as its person, via `token:<id>`."""

    ledger_private = frozenset({"digest"})

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens", verbose_name=_("Person"))
    title = models.CharField(_("What for"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    acts = models.JSONField(_("Acts"), default=list)
    """Act patterns that the bearer may do, never more than the person may; empty means reading only."""
    ends_at = models.DateTimeField(_("Until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("Revoked at"), null=True, blank=True)

    class Meta(Thing.Meta):
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return self.title
