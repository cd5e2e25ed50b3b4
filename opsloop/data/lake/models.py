"""The manifest: a snapshot is one published state of one table, made of immutable Parquet files.

A file belongs to a snapshot when it was added in it or before and not removed in it or before; so an old
state is one WHERE. Rows are written by publishing, and changed only by it (`removed_in`), by retention and by erasure.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.things.models import Thing


class Snapshot(Thing):
    """数据版本: one published state of a table. Ids grow over the whole lake."""

    table = models.SlugField(_("Table"), max_length=80)
    at = models.DateTimeField(_("Published at"))
    rows = models.BigIntegerField(_("Rows"))
    first_day = models.DateField(_("From"), null=True)
    last_day = models.DateField(_("Data until"), null=True)
    reason = models.CharField(_("Reason"), max_length=200)
    columns = models.JSONField(_("Data columns"), default=list)
    """[{name, type, personal}]: type as DuckDB says it; personal: a class of positions' `reads`, or empty."""
    retired_at = models.DateTimeField(_("Let go at"), null=True)
    """Since then not all files of this version are kept; it cannot be read any more."""

    class Meta(Thing.Meta):
        verbose_name = _("data version")
        verbose_name_plural = _("data versions")
        ordering = ["-id"]
        indexes = [models.Index(fields=["table", "-id"], name="snapshot_table")]

    def __str__(self) -> str:
        return f"{self.table} #{self.pk}"

    def get_absolute_url(self) -> str:
        return f"/lake/versions/{self.pk}/"


class DataFile(Thing):
    """One Parquet file. `path` is relative to the workspace's lake folder."""

    table = models.SlugField(max_length=80)
    path = models.CharField(max_length=250, unique=True)
    partition = models.CharField(max_length=40)
    rows = models.BigIntegerField()
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    batch = models.CharField(max_length=80)
    added_in = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="added")
    removed_in = models.ForeignKey(Snapshot, null=True, on_delete=models.PROTECT, related_name="removed")

    class Meta(Thing.Meta):
        verbose_name = _("data file")
        verbose_name_plural = _("data files")
        indexes = [models.Index(fields=["table", "added_in"], name="datafile_table")]

    def __str__(self) -> str:
        return self.path
