"""The frame's own rows: technical ones. What people do is in the ledger."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone

from opsloop.base.people.models import Person


class Export(models.Model):
    """A file of a long list that a job writes for one person; nobody else gets it. Gone after a week."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    listing = models.CharField(max_length=60)
    address = models.TextField(default="")
    kind = models.CharField(max_length=10)
    language = models.CharField(max_length=10, default="")
    rows = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=200, default="")
    asked_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-asked_at"], name="export_person")]

    @property
    def path(self) -> Path:
        folder: Path = settings.WORKSPACE.var / "exports"
        return folder / f"{self.pk}.{self.kind}"

    def get_absolute_url(self) -> str:
        return f"/exports/{self.pk}/"
