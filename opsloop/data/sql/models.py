"""Queries that people keep, and what was asked when."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing

KEEP_RESULTS = timedelta(days=7)


class SavedQuery(Thing):
    """A query with a title. Shared ones are seen by whoever sees queries; each runs them with their own rights."""

    title = models.CharField(_("Title"), max_length=120)
    note = models.CharField(_("What it answers"), max_length=500, blank=True)
    text = models.TextField(_("SQL"), max_length=20_000)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Owner"))
    shared = models.BooleanField(_("Shared"), default=False)
    cron = models.CharField(_("Runs"), max_length=60, blank=True)
    saved_at = models.DateTimeField(_("Saved at"))
    archived_at = models.DateTimeField(_("Archived at"), null=True)

    class Meta(Thing.Meta):
        verbose_name = _("query")
        verbose_name_plural = _("queries")
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"], name="savedquery_owner")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/sql/saved/{self.pk}/"


class RunState(models.TextChoices):
    """How a run ended."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Run(models.Model):
    """One question of one person: technical, since nothing of the business changes. Its rows lie in a file for a week.

    Nobody else opens it: it holds what this person's position shows.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    query = models.ForeignKey(SavedQuery, null=True, on_delete=models.PROTECT, related_name="runs")
    text = models.TextField()
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    version = models.BigIntegerField(null=True)
    at = models.BigIntegerField(null=True)
    rows = models.BigIntegerField(default=0)
    more = models.BooleanField(default=False)
    seconds = models.FloatField(default=0)
    fault = models.TextField(default="")
    line = models.IntegerField(null=True)
    column = models.IntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="run_person")]

    @property
    def file(self) -> Path:
        """Its rows, as `running` writes them."""
        folder: Path = settings.WORKSPACE.var / "sql"
        return folder / f"{self.pk}.jsonl"

    @property
    def has_rows(self) -> bool:
        """Are the rows still there?"""
        return self.state == RunState.DONE and self.file.exists()

    def get_absolute_url(self) -> str:
        return f"/sql/?run={self.pk}"
