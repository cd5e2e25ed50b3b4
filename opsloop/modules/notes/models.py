"""Notes in force, and what was told on each morning."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.compiled import Compiled
from opsloop.base.things.models import Thing


class Note(Compiled):
    """晨报: a published definition, as it is in force."""

    kind = "note"

    class Meta(Compiled.Meta):
        verbose_name = _("morning note")
        verbose_name_plural = _("morning notes")

    def get_absolute_url(self) -> str:
        return f"/notes/{self.ident}/"


class Edition(Thing):
    """What a note said on a day, as it went out. `channels`: how many took it."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="editions", verbose_name=_("Morning note"))
    day = models.DateField(_("Day"))
    title = models.CharField(_("Title"), max_length=200)
    body = models.TextField(_("Text"))
    at = models.DateTimeField(_("Sent at"))
    channels = models.PositiveIntegerField(_("Channels"), default=0)

    class Meta(Thing.Meta):
        verbose_name = _("edition of a morning note")
        verbose_name_plural = _("editions of morning notes")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["note", "day"], name="edition_once_a_day")]

    def __str__(self) -> str:
        return self.title
