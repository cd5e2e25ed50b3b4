"""Dashboards: those of the standard, written by publication, and those that people put together for themselves."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.translated import Translated
from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing


class Dashboard(Translated, Thing):
    """看板. With `ident` it is the published file of that id; without, it is its owner's.

    definition: as the kind's file says it, keyed as there (title, groups, for, grain, ...).
    """

    title = models.CharField(_("Title"), max_length=120)
    ident = models.SlugField(_("Id"), max_length=80, null=True, unique=True)
    number = models.PositiveIntegerField(_("Version"), default=0)
    sha256 = models.CharField(max_length=64, default="")
    definition = models.JSONField(_("Definition"), default=dict)
    owner = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="dashboards", verbose_name=_("Owner")
    )
    shared = models.BooleanField(_("Shared"), default=False)
    withdrawn = models.BooleanField(_("Out of force"), default=False)

    class Meta(Thing.Meta):
        verbose_name = _("dashboard")
        verbose_name_plural = _("dashboards")
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ident__isnull=False, owner__isnull=True) | Q(ident__isnull=True, owner__isnull=False),
                name="dashboard_of_the_standard_or_owned",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """Its word in addresses: the file's id, or the row's number."""
        return self.ident or str(self.pk)

    @property
    def positions(self) -> tuple[str, ...]:
        """Codes of the positions that it is for."""
        return tuple(self.definition.get("for", ()))

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The groups as the file says them."""
        return list(self.said.get("groups", ()))

    def get_absolute_url(self) -> str:
        return f"/explore/dashboards/{self.key}/"


class Pin(Thing):
    """A dashboard that a person has put on the own start page."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="pins", verbose_name=_("Person"))
    dashboard = models.ForeignKey(Dashboard, on_delete=models.PROTECT, related_name="pins", verbose_name=_("Dashboard"))

    class Meta(Thing.Meta):
        verbose_name = _("pinned dashboard")
        verbose_name_plural = _("pinned dashboards")
        constraints = [models.UniqueConstraint(fields=["person", "dashboard"], name="pin_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.dashboard}"
