"""SOPs in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opsloop.base.kinds.compiled import Compiled
from opsloop.base.kinds.loading import typed
from opsloop.base.kinds.registry import kinds
from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile


class Sop(Compiled):
    """标准流程: the newest published version that is in force. Cases stay on the version that they began with."""

    kind = "sop"

    class Meta(Compiled.Meta):
        verbose_name = pgettext_lazy("sop", "SOP")
        verbose_name_plural = _("SOPs")

    def get_absolute_url(self) -> str:
        return f"/sops/{self.ident}/"

    @property
    def owner(self) -> str:
        """The id of the position that answers for it."""
        return str(self.definition.get("owner", ""))

    @property
    def as_written(self) -> SopFile:
        """The typed object in the language of its file: what is run and compared. `obj` is for reading only, since a
        translation replaces the options that expressions name."""
        return cast("SopFile", typed(kinds["sop"].cls, self.definition))


class ReviewState(models.TextChoices):
    """How a review stands, and what ended it."""

    OPEN = "open", _("To be reviewed")
    CONFIRMED = "confirmed", _("Confirmed unchanged")
    REPLACED = "replaced", _("A new version was published")
    DROPPED = "dropped", _("Out of force")


class Review(Thing):
    """The look at an SOP that its `review_every` asks for: one row for each span. due_on: the last day of the span;
    limit_on: by when it is done, later only where it was asked for after that day."""

    sop = models.ForeignKey(Sop, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("SOP"))
    number = models.PositiveIntegerField(_("Version"))
    due_on = models.DateField(_("Review due on"))
    limit_on = models.DateField(_("To be done by"))
    state = models.CharField(_("State"), max_length=10, choices=ReviewState.choices, default=ReviewState.OPEN)
    asked_at = models.DateTimeField(_("Asked at"))
    late_at = models.DateTimeField(_("Told to be overdue at"), null=True)
    ended_at = models.DateTimeField(_("Ended at"), null=True)
    ended_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Ended by")
    )
    reason = models.TextField(_("Reason"), max_length=2000, blank=True)
    assignment = models.ForeignKey(
        "assignments.Assignment", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Assignment")
    )

    class Meta(Thing.Meta):
        verbose_name = _("review of an SOP")
        verbose_name_plural = _("reviews of SOPs")
        ordering = ["limit_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sop"], condition=models.Q(state="open"), name="sop_review_one_open"),
            models.UniqueConstraint(fields=["sop", "number", "due_on"], name="sop_review_once"),
        ]

    def __str__(self) -> str:
        return str(self.sop)

    def get_absolute_url(self) -> str:
        return self.sop.get_absolute_url()

    @property
    def is_late(self) -> bool:
        return self.state == ReviewState.OPEN and self.limit_on < timezone.localdate()
