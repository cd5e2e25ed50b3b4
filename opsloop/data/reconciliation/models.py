"""One row for each source, day and figure: what we have, what the outside says, and who looked at the difference."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing
from opsloop.data.sources.models import Source
from opsloop.ui.formats import number, percent


class State(models.TextChoices):
    """waiting: one of the two figures is missing. explained: the one who typed the figure named a cause."""

    WAITING = "waiting", _("No control figure yet")
    WITHIN = "within", _("Within the limit")
    OPEN = "open", _("Above the limit")
    EXPLAINED = "explained", _("Explained, to be checked")
    CHECKED = "checked", _("Checked")


class Cause(models.TextChoices):
    """Why the two figures differ."""

    REFUND = "refund", _("Refund on another day")
    ZONE = "zone", _("Time zone or business day")
    MISSING = "missing", _("Orders missing here")
    TWICE = "twice", _("Orders counted twice here")
    MANUAL = "manual", _("Manual receipt")
    OTHER = "other", _("Other cause")


OURS_WRONG = frozenset({Cause.MISSING, Cause.TWICE})
"""Causes that say our own figure is wrong: confirming them does not make it right, new data does."""


class Origin(models.TextChoices):
    """Where the control figure came from."""

    NONE = "", _("not there yet")
    TYPED = "typed", _("entered by hand")
    SOURCE = "source", _("from a source")


class Control(Thing):
    """对数 of one day. `ours` is the sum in data version `snapshot`; `limit` what may differ: a share of the
    control figure, or an amount."""

    source = models.SlugField(_("Source"), max_length=80)
    day = models.DateField(_("Business day"))
    figure = models.CharField(_("Figure"), max_length=80)
    ours = models.DecimalField(_("Our figure"), max_digits=24, decimal_places=4, null=True)
    snapshot = models.BigIntegerField(_("Data version"), null=True)
    control = models.DecimalField(_("Control figure"), max_digits=24, decimal_places=4, null=True)
    origin = models.CharField(_("Origin"), max_length=10, choices=Origin, default=Origin.NONE, blank=True)
    remark = models.CharField(_("About the control figure"), max_length=200, blank=True)
    limit = models.DecimalField(_("Allowed difference"), max_digits=24, decimal_places=6)
    limit_amount = models.BooleanField(_("The limit is an amount"), default=False)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    cause = models.CharField(_("Cause"), max_length=10, choices=Cause, blank=True)
    note = models.CharField(_("Note"), max_length=500, blank=True)
    entered_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Entered by")
    )
    entered_at = models.DateTimeField(_("Entered at"), null=True)
    checked_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Who checked it")
    )
    checked_at = models.DateTimeField(_("Checked at"), null=True)

    class Meta(Thing.Meta):
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        ordering = ["source", "-day"]
        constraints = [models.UniqueConstraint(fields=["source", "figure", "day"], name="control_once")]
        indexes = [models.Index(fields=["state", "day"], name="control_state")]

    def __str__(self) -> str:
        source = Source.objects.filter(ident=self.source).first()
        return f"{source.name if source else self.source} {self.day}"

    def get_absolute_url(self) -> str:
        return f"/reconciliation/-/days/{self.pk}/"

    @property
    def difference(self) -> Decimal | None:
        """Ours minus control; None while one is missing."""
        return None if self.ours is None or self.control is None else self.ours - self.control

    @property
    def rate(self) -> Decimal | None:
        """The difference as a share of the control figure; None while one is missing or the control figure is 0."""
        difference = self.difference
        return None if difference is None or not self.control else difference / abs(self.control)

    @property
    def allowed(self) -> str:
        """The limit as people say it."""
        return number(self.limit) if self.limit_amount else percent(self.limit, 2)

    @property
    def above(self) -> bool:
        """Is the difference more than the limit allows? By a share, any difference from 0 is."""
        difference = self.difference
        if difference is None or self.control is None:
            return False
        return abs(difference) > (self.limit if self.limit_amount else self.limit * abs(self.control))

    @property
    def in_doubt(self) -> bool:
        """Are numbers that rest on this day 存疑?"""
        if self.state in (State.OPEN, State.EXPLAINED):
            return True
        return self.state == State.CHECKED and self.cause in OURS_WRONG
