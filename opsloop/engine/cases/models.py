"""流程单: cases, and the rows in which a case keeps where it stands. `store` turns them into flow.state and back."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Department, Person
from opsloop.base.things.models import Thing
from opsloop.base.things.wide import WideThing
from opsloop.engine.cases.subjects import found


class CaseState(models.TextChoices):
    """Where a case stands; the values are those of flow.state.CaseStatus."""

    NEW = "new", _("Beginning")
    RUNNING = "running", _("Running")
    SUSPENDED = "suspended", _("Suspended")
    DONE = "done", _("Done")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")
    WITHDRAWN = "withdrawn", _("Withdrawn")


LIVE = (CaseState.RUNNING, CaseState.SUSPENDED)


class Waits(models.TextChoices):
    """For whom a step may be paused. Whoever waits for a colleague urges them; that is not the customer's fault."""

    CUSTOMER = "customer", _("waits for the customer")
    SUPPLIER = "supplier", _("waits for a supplier or partner")
    AUTHORITY = "authority", _("waits for an authority")


class Edition(models.Model):
    """The version of an SOP that cases run on, by its hash; never changed."""

    sop = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    definition = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sop", "sha256"], name="case_edition_once")]


class Case(WideThing):
    """An SOP that is running. It stays on the version that it began with."""

    ledger_private = frozenset({"values", "kept"})
    seen_edition: tuple[int, str] | None = None
    """The edition that was last looked up for this instance, and its hash."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+", verbose_name=_("Version"))
    sop = models.SlugField(_("SOP"), max_length=60)
    title = models.CharField(_("Title"), max_length=200)
    key = models.CharField(_("Business key"), max_length=200, null=True)
    status = models.CharField(_("State"), max_length=10, choices=CaseState.choices, default=CaseState.NEW)
    initiator = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Initiator"))
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Department")
    )
    values = models.JSONField(_("Fields"), default=dict)
    level = models.CharField(_("Level"), max_length=60, blank=True)
    judged = models.CharField(max_length=60, blank=True, editable=False)
    started = models.DateTimeField(_("Started at"), null=True)
    happened = models.DateTimeField(_("Happened at"), null=True)
    due = models.DateTimeField(_("Limit ends at"), null=True)
    suspended = models.DateTimeField(_("Suspended at"), null=True)
    ended = models.DateTimeField(_("Ended at"), null=True)
    last_no = models.PositiveIntegerField(default=0, editable=False)
    last_event = models.PositiveIntegerField(default=0, editable=False)
    acted = models.BooleanField(default=False, editable=False)
    approved = models.PositiveIntegerField(null=True, editable=False)
    doers = models.JSONField(default=dict, editable=False)
    pauses = models.JSONField(default=list, editable=False)
    """From when to when it was suspended."""
    kept = models.JSONField(_("Messages that came early"), default=dict, editable=False)
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("Part of the case")
    )
    parent_activation = models.PositiveIntegerField(null=True, editable=False)
    subject_type = models.CharField(max_length=100, blank=True, editable=False)
    subject_id = models.PositiveBigIntegerField(_("What the case is about"), null=True, editable=False)
    alert = models.PositiveBigIntegerField(null=True, editable=False)
    """The newest alert that it was opened for or tied to."""
    raised = models.JSONField(default=list, editable=False)
    """Numbers of the rules of the SOP that have made a finding."""

    class Meta(WideThing.Meta):
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["status", "due"], name="case_running"),
            models.Index(fields=["initiator", "status"], name="case_initiator"),
            models.Index(fields=["subject_type", "subject_id"], name="case_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["sop", "key"], name="case_once", condition=Q(status__in=("new", "running", "suspended"))
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> Thing | None:
        """What it is about, read anew."""
        return found(self.subject_type, self.subject_id)

    def get_absolute_url(self) -> str:
        return f"/cases/{self.pk}/"


class Numbered(models.Model):
    """A row of a case; `no` counts within it. What is unique by case and number needs no index of the case alone."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    no = models.PositiveIntegerField()

    class Meta:
        abstract = True


class Activation(Numbered):
    """A block that runs or has run."""

    node = models.CharField(max_length=120)
    parent = models.PositiveIntegerField(null=True)
    round = models.PositiveIntegerField(default=1)
    turn = models.PositiveIntegerField(default=1)
    branch = models.CharField(max_length=400, blank=True)
    status = models.CharField(max_length=10, default="open")
    opened = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)
    reason = models.CharField(max_length=2000, blank=True)
    mark = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="case_activation_no")]
        indexes = [models.Index(fields=["case"], condition=Q(status="open"), name="case_activation_open")]


class WorkItem(Numbered):
    """Work for one person, open for them or for all its candidates."""

    node = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    activation = models.PositiveIntegerField(null=True)
    round = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=10)
    seat = models.SmallIntegerField(default=-1)
    weight = models.PositiveSmallIntegerField(default=1)
    needs = models.JSONField(default=list)
    host = models.PositiveIntegerField(null=True)
    added_by = models.PositiveIntegerField(null=True)
    position = models.CharField(max_length=120, blank=True)
    found = models.CharField(max_length=10, blank=True)
    authority = models.CharField(max_length=60, blank=True)
    candidates = models.JSONField(default=list)
    assignee = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    limit = models.CharField(max_length=60, blank=True)
    opened = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    pauses = models.JSONField(default=list)
    """From when to when it stood still; a limit that is counted again leaves them out again."""
    claimed = models.DateTimeField(null=True)
    begun = models.DateTimeField(null=True)
    read = models.DateTimeField(null=True)
    done = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    behalf = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, blank=True)
    comment = models.TextField(blank=True)
    automatic = models.BooleanField(default=False)
    urged = models.DateTimeField(null=True)
    urges = models.PositiveSmallIntegerField(default=0)
    paused = models.DateTimeField(null=True)
    held = models.DateTimeField(null=True)
    """The end of its limit when the pause began; `due` is empty until it goes on."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="case_item_no")]
        indexes = [
            models.Index(fields=["assignee", "due"], condition=Q(status="open"), name="case_item_mine"),
            models.Index(fields=["case", "activation"], name="case_item_activation"),
        ]


class Candidate(models.Model):
    """Somebody who may take an open item that nobody has; gone when it is taken or closed."""

    item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="waiting")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "item"], name="case_candidate_once")]


class Vote(Numbered):
    """One yes or no of a round."""

    item = models.PositiveIntegerField()
    activation = models.PositiveIntegerField()
    round = models.PositiveIntegerField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    behalf = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    yes = models.BooleanField()
    automatic = models.CharField(max_length=10, blank=True)
    comment = models.TextField(blank=True)
    at = models.DateTimeField()
    void = models.BooleanField(default=False)
    authority = models.CharField(max_length=60, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    """What was given under which authority, for limits that count together."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="case_vote_no")]
        indexes = [models.Index(fields=["authority", "at"], name="case_vote_given")]


class Timer(Numbered):
    """Something to do at a moment."""

    kind = models.CharField(max_length=8)
    at = models.DateTimeField()
    activation = models.PositiveIntegerField(null=True)
    item = models.PositiveIntegerField(null=True)
    limit = models.CharField(max_length=60, blank=True)
    position = models.CharField(max_length=120, blank=True)
    share = models.CharField(max_length=10, blank=True)
    notify = models.JSONField(default=list)
    fired = models.DateTimeField(null=True)
    closed = models.BooleanField(default=False)
    paused = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="case_timer_no")]
        indexes = [models.Index(fields=["at"], condition=Q(fired=None, closed=False), name="case_timer_due")]


class CaseEvent(models.Model):
    """One line of the process log, with the entry of the ledger that it follows from."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=20)
    node = models.CharField(max_length=120, blank=True)
    round = models.PositiveIntegerField(default=0)
    item = models.PositiveIntegerField(null=True)
    activation = models.PositiveIntegerField(null=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    behalf = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField()
    entry = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="case_event_seq")]
        indexes = [models.Index(fields=["at"], name="case_event_at")]
