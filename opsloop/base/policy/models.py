"""What a position may do and see, compiled from its playbook file when that is published."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Position
from opsloop.base.things.models import Thing


class Mandate(Thing):
    """One version of a position's rights, in force from a day until the next one's day.

    may: act names, `noun.*` allowed. sees: noun -> own | department | subtree | all, `*` for the rest.
    reads: sensitivity classes shown unmasked. limits: name -> measure -> number.
    """

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="mandates")
    from_day = models.DateField(_("In force from"))
    version = models.CharField(_("Version"), max_length=64)
    may = models.JSONField(default=list)
    sees = models.JSONField(default=dict)
    reads = models.JSONField(default=list)
    limits = models.JSONField(default=dict)

    class Meta(Thing.Meta):
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["position_id", "from_day", "id"]
        indexes = [models.Index(fields=["position", "from_day"], name="mandate_position_day")]

    def __str__(self) -> str:
        return f"{self.position} {self.from_day:%Y-%m-%d}"
