"""An import: a file that a person brought, for what it is, and what became of it. Findings are technical."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.files.models import Stored
from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing
from opsloop.data.sources.models import Load, Source


class State(models.TextChoices):
    """Where an import stands."""

    OPEN = "open", _("Begun")
    WAITING = "waiting", _("Waits for publication")
    LOADING = "loading", _("Being loaded")
    DONE = "done", _("Loaded")
    GIVEN_UP = "given_up", _("Given up")


class Import(Thing):
    """One file on its way. It keeps the uploaded content until it is over, so that closing the page loses nothing.

    `skip`, `sheet`: how the person said the file is to be read. `source` and `columns` (contract column -> heading, ""
    for none): into an existing source. `ident` and `definition` (values keyed as in a source's file): a new one;
    `publication` is the number of the proposal that brings it.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Brought by"))
    stored = models.ForeignKey(
        Stored, null=True, on_delete=models.PROTECT, related_name="imports", verbose_name=_("Content")
    )
    name = models.CharField(_("File"), max_length=250)
    size = models.BigIntegerField(_("Size"))
    sha256 = models.CharField(_("Checksum"), max_length=64)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.OPEN)
    skip = models.PositiveIntegerField(_("Lines before the headings"), default=0)
    sheet = models.CharField(_("Sheet"), max_length=100, blank=True, default="")
    source = models.ForeignKey(
        Source, null=True, on_delete=models.PROTECT, related_name="imports", verbose_name=_("Source")
    )
    columns = models.JSONField(_("Data columns"), default=dict)
    ident = models.SlugField(_("Id of the new source"), max_length=60, blank=True, default="")
    definition = models.JSONField(_("Definition"), default=dict)
    publication = models.PositiveIntegerField(_("Publication"), default=0)
    load = models.ForeignKey(Load, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Load"))
    begun_at = models.DateTimeField(_("Begun at"))
    changed_at = models.DateTimeField(_("Changed at"))
    ended_at = models.DateTimeField(_("Ended at"), null=True)

    class Meta(Thing.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "state", "-id"], name="import_person")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/imports/{self.pk}/"

    @property
    def over(self) -> bool:
        return self.state in (State.DONE, State.GIVEN_UP)


class Finding(models.Model):
    """What was found in an import's file: how it looks, or what a load would do. Made again when `digest` differs.

    Technical: `result` may hold cells of the file, so it goes when the import is over.
    """

    brought = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="findings")
    what = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    result = models.JSONField(null=True)
    fault = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["brought", "what"], name="finding_once")]
