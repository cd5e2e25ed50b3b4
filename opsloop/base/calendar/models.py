"""Calendars as published: one row a version, in force from a day on; rows are added, never changed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.calendar.spec import Spec, read
from opsloop.base.things.models import Thing


class CalendarSpec(Thing):
    """A calendar file's version, compiled. Of rows with one `from_day` the newest counts.

    `spec` is `spec.Spec.plain()`; a withdrawn row holds {} and ends the calendar on its day.
    """

    code = models.SlugField(_("Code"), max_length=60)
    title = models.CharField(_("Name"), max_length=80)
    version = models.CharField(_("Version"), max_length=64)
    from_day = models.DateField(_("In force from"))
    spec = models.JSONField(default=dict)
    withdrawn = models.BooleanField(_("Withdrawn"), default=False)
    put_at = models.DateTimeField(_("Recorded at"), default=timezone.now, editable=False)

    class Meta(Thing.Meta):
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering = ["code", "from_day", "id"]
        indexes = [models.Index(fields=["code", "from_day"], name="calendar_code_day")]

    def __str__(self) -> str:
        return self.title

    def read(self) -> Spec:
        """The compiled file. Raises KeyError for a withdrawn row."""
        return read(self.code, self.title, self.spec)


class AnnouncedYear(Thing):
    """Public holidays of a year that this workspace has taken over: its limits were recomputed with them."""

    year = models.PositiveSmallIntegerField(_("Year"), unique=True)

    class Meta(Thing.Meta):
        verbose_name = _("announced year")
        verbose_name_plural = _("announced years")
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)
