"""交办事项: who does what by when; and those that come round again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Department, Person, Position
from opsloop.base.things.models import Thing
from opsloop.engine.assignments.naming import name_of


class State(models.TextChoices):
    """Where an assignment stands."""

    OPEN = "open", _("Not accepted yet")
    ACCEPTED = "accepted", _("In work")
    DONE = "done", _("Done")
    DECLINED = "declined", _("Turned down")
    WITHDRAWN = "withdrawn", _("Withdrawn")


RUNNING = (State.OPEN, State.ACCEPTED)


class Rhythm(models.TextChoices):
    """How often a series comes round."""

    WORKDAYS = "workdays", _("Every working day")
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")


class Weekday(models.TextChoices):
    """Days of the week by their ISO numbers."""

    MON = "1", _("Monday")
    TUE = "2", _("Tuesday")
    WED = "3", _("Wednesday")
    THU = "4", _("Thursday")
    FRI = "5", _("Friday")
    SAT = "6", _("Saturday")
    SUN = "7", _("Sunday")


class DayOff(models.TextChoices):
    """Where a day goes that falls on a day off."""

    STAY = "stay", _("stays on that day")
    BEFORE = "before", _("the working day before")
    AFTER = "after", _("the working day after")
    SKIP = "skip", _("is left out")


class Task(Thing):
    """What an assignment and a series share: what is to be done and who does it, a person or a post."""

    title = models.CharField(_("The task"), max_length=200)
    note = models.TextField(_("More about it"), max_length=4000, blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Asked by"))
    doer = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Who does it")
    )
    position = models.ForeignKey(
        Position, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Post")
    )
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Department")
    )

    class Meta(Thing.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def whose(self) -> str:
        """The doer's name, or the post's while nobody of it has taken it."""
        return str(self.doer or self.position or "")


class Series(Task):
    """An assignment that comes round. `next_on` is the day of the next one, None when there is none."""

    rhythm = models.CharField(_("Rhythm"), max_length=10, choices=Rhythm.choices)
    weekdays = models.JSONField(_("On these days of the week"), default=list, blank=True)
    month_day = models.PositiveSmallIntegerField(_("Day of the month"), null=True, blank=True)
    day_off = models.CharField(_("If that is a day off"), max_length=6, choices=DayOff.choices, default=DayOff.STAY)
    due_time = models.TimeField(_("Due at what time"))
    lead_days = models.PositiveSmallIntegerField(_("Given so many days before"), default=0)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"), null=True, blank=True)
    next_on = models.DateField(_("Next on"), null=True)
    stopped_at = models.DateTimeField(_("Stopped at"), null=True)

    class Meta(Task.Meta):
        verbose_name = _("recurring assignment")
        verbose_name_plural = _("recurring assignments")
        ordering = ["next_on", "id"]

    def get_absolute_url(self) -> str:
        return f"/assignments/series/{self.pk}/"

    def is_due(self, today: date) -> bool:
        """Is its next one to be given today, or was it missed?"""
        return self.next_on is not None and self.next_on - timedelta(days=self.lead_days) <= today


class Assignment(Task):
    """One thing that one person does by a moment. `due_at` is what was asked, `promised_at` what was promised."""

    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField(_("Asked at"))
    due_at = models.DateTimeField(_("By when"))
    promised_at = models.DateTimeField(_("Promised by when"), null=True)
    moved = models.PositiveSmallIntegerField(_("Promises moved"), default=0)
    accepted_at = models.DateTimeField(_("Accepted at"), null=True)
    done_at = models.DateTimeField(_("Done at"), null=True)
    word = models.TextField(_("What came of it"), max_length=2000, blank=True)
    reason = models.TextField(_("Reason"), max_length=2000, blank=True)
    urged_at = models.DateTimeField(_("Urged at"), null=True)
    urged = models.PositiveSmallIntegerField(_("Times urged"), default=0)
    told_late = models.BooleanField(_("Told that it is overdue"), default=False)
    series = models.ForeignKey(Series, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Series"))
    series_day = models.DateField(_("Day of the series"), null=True)
    kept_by = models.CharField(_("Kept by"), max_length=40, blank=True, default="")
    """The app whose thing it stands behind; see `keepers`."""

    class Meta(Task.Meta):
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["doer", "state", "due_at"], name="assignment_doer"),
            models.Index(fields=["asked_by", "state"], name="assignment_asker"),
            models.Index(fields=["position", "state"], name="assignment_position"),
        ]
        constraints = [models.UniqueConstraint(fields=["series", "series_day"], name="series_day_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/assignments/{self.pk}/"

    @property
    def name(self) -> str:
        """The title as the reader reads it: what people wrote as they wrote it."""
        return (name_of(self.kept_by, self.pk) if self.kept_by else "") or self.title

    @property
    def limit_at(self) -> datetime:
        """What was promised, else what was asked."""
        return self.promised_at or self.due_at

    @property
    def is_late(self) -> bool:
        return self.state in RUNNING and self.limit_at < timezone.now()


class Copied(Thing):
    """Somebody who is kept informed (抄送)."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="copies")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Person"))

    class Meta(Thing.Meta):
        verbose_name = _("copy")
        verbose_name_plural = _("copies")
        constraints = [models.UniqueConstraint(fields=["assignment", "person"], name="copied_once")]

    def __str__(self) -> str:
        return str(self.person)
