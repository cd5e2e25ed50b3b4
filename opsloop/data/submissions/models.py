"""A sheet that somebody fills in for a source, a period and a department; and the trace of each figure changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Department, Person
from opsloop.base.things.models import Thing
from opsloop.data.sources.models import Source


class State(models.TextChoices):
    """Where a sheet stands."""

    OPEN = "open", _("To be filled in")
    SUBMITTED = "submitted", _("Waits for the check")
    RETURNED = "returned", _("Sent back")
    APPROVED = "approved", _("Reviewed")


TO_FILL = frozenset({State.OPEN, State.RETURNED})


class Submission(Thing):
    """One sheet. `day` is the last day of its period. `rows`: column -> text as typed, one dict a row.

    counted, counted_at: the rows as they were last accepted, and when: these are data. While a correction waits for its
    check, the figures before it still count.

    reminded: 0 not yet, 1 before the deadline, 2 at the deadline.
    """

    ledger_private: ClassVar[frozenset[str]] = frozenset({"rows", "counted", "cells"})
    """A column of the sheet may be personal; who changed which figure is told by `Figure`."""
    source = models.ForeignKey(
        Source, verbose_name=_("Sheet to fill in"), on_delete=models.PROTECT, related_name="submissions"
    )
    day = models.DateField(_("For"))
    department = models.ForeignKey(
        Department, verbose_name=_("Department"), on_delete=models.PROTECT, related_name="submissions"
    )
    due_at = models.DateTimeField(_("Deadline"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.OPEN)
    rows = models.JSONField(_("Filled-in rows"), default=list)
    submitted_by = models.ForeignKey(
        Person, verbose_name=_("Submitted by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(_("Submitted at"), null=True)
    late = models.BooleanField(_("Handed in late"), default=False)
    checked_by = models.ForeignKey(
        Person, verbose_name=_("Reviewed by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(_("Reviewed at"), null=True)
    counted = models.JSONField(default=list)
    counted_at = models.DateTimeField(_("Counts since"), null=True)
    comment = models.CharField(_("Comment"), max_length=2000, default="", blank=True)
    reminded = models.PositiveSmallIntegerField(default=0)

    class Meta(Thing.Meta):
        verbose_name = _("sheet to fill in")
        verbose_name_plural = _("sheets to fill in")
        ordering = ["-day", "source", "department"]
        constraints = [models.UniqueConstraint(fields=["source", "day", "department"], name="submission_once")]
        indexes = [models.Index(fields=["state", "due_at"], name="submission_state")]

    def __str__(self) -> str:
        return f"{self.source.title} {self.day:%Y-%m-%d} · {self.department.title}"

    def get_absolute_url(self) -> str:
        return f"/submissions/{self.pk}/"

    @property
    def to_fill(self) -> bool:
        return self.state in TO_FILL

    @property
    def overdue(self) -> bool:
        """Not handed in although its time is over."""
        return self.to_fill and timezone.now() > self.due_at

    def is_late(self, at: datetime) -> bool:
        return at > self.due_at


class Figure(Thing):
    """The trace of one figure: what stood there before and after, who changed it and why."""

    ledger_private: ClassVar[frozenset[str]] = frozenset({"row", "before", "after", "reason"})
    ledger_named = False
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="figures")
    row = models.CharField(_("Row"), max_length=400)
    column = models.CharField(_("Column"), max_length=80)
    before = models.TextField(_("Before"), default="", blank=True)
    after = models.TextField(_("After"), default="", blank=True)
    reason = models.CharField(_("Reason"), max_length=2000, default="", blank=True)
    by = models.ForeignKey(Person, verbose_name=_("Changed by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("Changed at"))

    class Meta(Thing.Meta):
        verbose_name = _("figure changed")
        verbose_name_plural = _("figures changed")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"


Rows = list[dict[str, Any]]
