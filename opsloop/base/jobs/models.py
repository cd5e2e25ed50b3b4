"""The queue's own tables. Technical rows: no Things, because leases and progress are no acts of anybody."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person

ROBOT = "opsloop-worker"
"""The staff number of the robot that runs jobs."""


class JobState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    DEAD = "dead", _("Failed")
    DISCARDED = "discarded", _("Discarded")


class Job(models.Model):
    """One piece of work. `due_at` is when a worker must look at it next: while it waits the moment from which it
    may run, while it runs the end of its lease, afterwards nothing. `token` grows with every claim; whoever no
    longer bears the newest one can neither finish nor report.
    """

    key = models.CharField(max_length=200, null=True, unique=True)
    queue = models.CharField(max_length=30, default="default")
    task = models.CharField(_("Task"), max_length=80)
    args = models.TextField(default="{}")
    """JSON object; never personal data, only ids."""
    behalf = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Asked by")
    )
    """Whose rights it has; None is the robot's own."""
    narrowed = models.TextField(null=True)
    """JSON list of act patterns when it was asked for with a token: it may do no more than these."""
    language = models.CharField(max_length=10, default="zh-hans")
    priority = models.SmallIntegerField(default=50)
    """Smaller is sooner."""
    state = models.CharField(_("State"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    made_at = models.DateTimeField(_("Asked at"))
    run_at = models.DateTimeField(_("Not before"))
    due_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(_("Started at"), null=True)
    finished_at = models.DateTimeField(_("Finished at"), null=True)
    token = models.BigIntegerField(default=0)
    attempt = models.PositiveIntegerField(_("Attempt"), default=0)
    max_attempts = models.PositiveIntegerField(default=5)
    progress = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    message = models.CharField(_("Progress"), max_length=300, default="")
    kept = models.TextField(default="{}")
    """JSON: how far the last committed chunk came."""
    scheduled_for = models.DateTimeField(null=True)
    result = models.TextField(default="null")
    error = models.TextField(_("Error"), default="")

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(fields=["priority", "due_at"], name="job_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["state", "finished_at"], name="job_finished"),
            models.Index(fields=["behalf", "-id"], name="job_behalf"),
        ]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk}"

    def get_absolute_url(self) -> str:
        return f"/jobs/{self.pk}/"

    @property
    def percent(self) -> int | None:
        """0 to 100, or None while the total is unknown."""
        return min(100, self.progress * 100 // self.total) if self.total else None


class CatchUp(models.TextChoices):
    SKIP = "skip", _("Skip what was missed")
    LATEST = "latest", _("Only the latest missed one")
    EVERY = "every", _("Every missed one")


class Schedule(models.Model):
    """When a task is due. Everything up to `seen_until` is fired or skipped; `next_at` is the next due moment,
    None when it is paused or withdrawn.
    """

    name = models.CharField(_("Name"), max_length=120, unique=True)
    task = models.CharField(_("Task"), max_length=80)
    args = models.TextField(default="{}")
    cron = models.CharField(_("Rhythm"), max_length=80)
    zone = models.CharField(_("Time zone"), max_length=60, default="", blank=True)
    """Empty: the company's."""
    catch_up = models.CharField(_("After an outage"), max_length=10, choices=CatchUp.choices, default=CatchUp.LATEST)
    max_age_s = models.PositiveIntegerField(null=True)
    """A due moment older than this is skipped whatever the policy."""
    from_code = models.BooleanField(default=False)
    paused = models.BooleanField(_("Paused"), default=False)
    seen_until = models.DateTimeField()
    next_at = models.DateTimeField(_("Next run"), null=True, db_index=True)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/jobs/schedules/{self.pk}/"


class RunState(models.TextChoices):
    FIRED = "fired", _("Started")
    SKIPPED = "skipped", _("Skipped")


class ScheduleRun(models.Model):
    """What became of a due moment. Unique, so that no moment can fire twice.

    A skipped row stands for `count` moments, of which `due` is the last.
    """

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="runs")
    due = models.DateTimeField(_("Due"))
    state = models.CharField(max_length=10, choices=RunState.choices)
    count = models.PositiveIntegerField(default=1)
    job_id = models.BigIntegerField(null=True)
    """No foreign key: finished jobs are swept sooner than this."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "due"], name="schedule_run_once")]


class LetterState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Failed")


class Outbox(models.Model):
    """What leaves the house: stored in the act's transaction, delivered at least once after commit.

    `maybe_twice`: a delivery was in flight when a worker died, so the receiver may have got it before.
    """

    sensitive: ClassVar[dict[str, str]] = {"to": "contact"}

    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(_("Channel"), max_length=30)
    to = models.CharField(_("Recipient"), max_length=500)
    payload = models.TextField()
    state = models.CharField(_("State"), max_length=10, choices=LetterState.choices, default=LetterState.WAITING)
    made_at = models.DateTimeField(_("Posted at"))
    due_at = models.DateTimeField(null=True)
    token = models.BigIntegerField(default=0)
    attempts = models.PositiveIntegerField(_("Attempts"), default=0)
    sent_at = models.DateTimeField(_("Sent at"), null=True)
    maybe_twice = models.BooleanField(_("Perhaps sent twice"), default=False)
    error = models.TextField(_("Error"), default="")

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        indexes = [
            models.Index(fields=["due_at"], name="outbox_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["state", "sent_at"], name="outbox_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} #{self.pk}"

    def get_absolute_url(self) -> str:
        return f"/jobs/outbox/{self.pk}/"


class Beat(models.Model):
    """A sign of life of one worker process, so that pages and `doctor` can say when none runs."""

    name = models.CharField(max_length=120, unique=True)
    """host:process"""
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.name
