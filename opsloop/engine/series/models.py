"""周期流程: SOPs that begin by themselves on certain days, and what became of each of these days."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opsloop.base.people.models import Department, Person, Position
from opsloop.base.things.models import Thing
from opsloop.engine.assignments.models import DayOff, Weekday
from opsloop.engine.cases.models import LIVE, Case, CaseState


class Rhythm(models.TextChoices):
    """How often it comes round; the values are those of assignments.rhythm.Beat."""

    WORKDAYS = "workdays", _("Every working day")
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")
    CRON = "cron", _("By a cron line")


class CatchUp(models.TextChoices):
    """What becomes of days that passed while the system stood still."""

    SKIP = "skip", _("none of them is begun")
    LATEST = "latest", _("only the last one is begun")
    EVERY = "every", _("each of them is begun")


class RunState(models.TextChoices):
    """What became of a day."""

    BEGUN = "begun", pgettext_lazy("series", "Begun")
    FAILED = "failed", _("Could not begin")
    MISSED = "missed", _("Missed")


class Series(Thing):
    """An SOP that comes round. `next_at` is the next moment, None when there is none or while it is paused."""

    title = models.CharField(_("Title"), max_length=150)
    sop = models.SlugField(_("SOP"), max_length=60)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Set up by"))
    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, related_name="+", verbose_name=_("Begun in the name of"),
    )  # fmt: skip
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("Department"),
    )  # fmt: skip
    rhythm = models.CharField(_("Rhythm"), max_length=10, choices=Rhythm.choices)
    weekdays = models.JSONField(_("On these days of the week"), default=list, blank=True)
    month_day = models.PositiveSmallIntegerField(_("Day of the month"), null=True, blank=True)
    cron = models.CharField(_("Cron line"), max_length=80, blank=True)
    at = models.CharField(_("At what time"), max_length=5)
    day_off = models.CharField(_("If that is a day off"), max_length=6, choices=DayOff.choices, default=DayOff.AFTER)
    catch_up = models.CharField(
        _("Days that passed while the system stood still"), max_length=6, choices=CatchUp.choices,
        default=CatchUp.LATEST,
    )  # fmt: skip
    presets = models.TextField(_("What it begins with"), max_length=4000, blank=True)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"), null=True, blank=True)
    handled_until = models.DateField(editable=False)
    """The last day that is decided; the next one lies after it."""
    next_at = models.DateTimeField(_("Next run"), null=True)
    last_run = models.ForeignKey(
        "series.Run", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Last run"),
    )  # fmt: skip
    trouble = models.CharField(_("Why the last one could not begin"), max_length=500, blank=True)
    paused_at = models.DateTimeField(_("Paused at"), null=True)
    stopped_at = models.DateTimeField(_("Stopped at"), null=True)

    class Meta(Thing.Meta):
        verbose_name = _("recurring case")
        verbose_name_plural = _("recurring cases")
        ordering = ["next_at", "id"]
        indexes = [models.Index(fields=["next_at"], name="series_next")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/series/{self.pk}/"

    @property
    def next_on(self) -> date | None:
        """The day of the next run, where the company is."""
        return timezone.localdate(self.next_at) if self.next_at is not None else None

    def moment(self, day: date) -> datetime:
        """When the run of a day begins."""
        return timezone.make_aware(datetime.combine(day, datetime.strptime(self.at, "%H:%M").time()))

    @property
    def rule(self) -> str:
        """The rule as people say it."""
        when = str(self.get_rhythm_display())
        if self.rhythm == Rhythm.CRON:
            when = f"cron {self.cron}"
        elif self.rhythm == Rhythm.WEEKLY:
            when = "、".join(str(Weekday(one).label) for one in self.weekdays)
        elif self.rhythm == Rhythm.MONTHLY and self.month_day == 31:
            before = self.day_off == DayOff.BEFORE
            when = _t("Last working day of the month") if before else _t("Last day of the month")
        elif self.rhythm == Rhythm.MONTHLY:
            when = _t("Every month on day {n}").format(n=self.month_day)
        return f"{when} {self.at}"

    @property
    def standing(self) -> tuple[str, str]:
        """(word, colour) of where it stands."""
        if self.stopped_at is not None:
            return _t("Stopped"), "secondary"
        if self.paused_at is not None:
            return _t("Paused"), "orange"
        if self.next_at is None:
            return _t("It is over"), "secondary"
        return (_t("Could not begin"), "red") if self.trouble else (_t("Going on"), "green")


class Run(Thing):
    """One day of a series. There is one row for a day, so that a day is begun once."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="runs", verbose_name=_("Recurring case"))
    day = models.DateField(_("Day"))
    state = models.CharField(_("State"), max_length=6, choices=RunState.choices)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Case"))
    at = models.DateTimeField(_("Decided at"))
    reason = models.CharField(_("Reason"), max_length=500, blank=True)

    class Meta(Thing.Meta):
        verbose_name = _("dated run")
        verbose_name_plural = _("dated runs")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["series", "day"], name="series_run_once")]

    def __str__(self) -> str:
        return f"{self.series} · {self.day.isoformat()}"

    @property
    def standing(self) -> tuple[str, str]:
        """(word, colour): where its case stands, or why there is none."""
        if self.case is None:
            return str(self.get_state_display()), "red" if self.state == RunState.FAILED else "secondary"
        if self.case.status in LIVE and self.case.due is not None and self.case.due < timezone.now():
            return _t("Overdue"), "red"
        tone = {CaseState.RUNNING: "blue", CaseState.SUSPENDED: "orange", CaseState.DONE: "green"}
        return str(self.case.get_status_display()), tone.get(CaseState(self.case.status), "secondary")
