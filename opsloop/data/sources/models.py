"""Sources as published, each load of one, and what was repaired by hand.

An Attempt is technical: it gives a load its number before anything is written, keeps what was prepared outside the
act, and shows how far it is. The load itself is a business row, written by acts only.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.compiled import Compiled
from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing
from opsloop.data.lake.models import Snapshot


class Source(Compiled):
    """数据源: the published definition in its newest version; older ones are in the playbook."""

    kind = "source"

    class Meta(Compiled.Meta):
        verbose_name = _("data source")
        verbose_name_plural = _("data sources")

    def get_absolute_url(self) -> str:
        return f"/sources/{self.ident}/"

    @property
    def owner(self) -> str:
        """The position's id."""
        return str(self.definition.get("owner", ""))

    @property
    def table(self) -> str:
        """Its name in the lake and in SQL."""
        return self.ident.replace("-", "_")

    @property
    def is_own(self) -> bool:
        """It is one of our own tables: nothing comes from outside, so nothing can be late or wrong on the way."""
        return "table" in (self.definition.get("arrives") or {})


class Attempt(models.Model):
    """A load under way. Its key is the load's. `prepared`: what the act will publish, as loading/prepared.py writes."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="attempts")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    file = models.CharField(max_length=250)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=40, default="")
    prepared = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "-id"], name="attempt_source")]


class LoadState(models.TextChoices):
    """Where a load stands."""

    LOADED = "loaded", _("Loaded")
    HELD = "held", _("Held")
    TURNED_BACK = "turned_back", _("Turned back")
    FAILED = "failed", _("Failed")
    SAME = "same", _("Came again")


class Load(Thing):
    """One file or collection of a source and what became of its rows: rows_in = kept + duplicates + set_aside.

    `due_on` is the business day it is counted for. `repairs` is the load whose rows aside were corrected by this one.
    `figures`: sums of the columns that holds are judged by. `held_file`: below var/, while it waits for a person.
    """

    id = models.BigIntegerField(primary_key=True)
    source = models.ForeignKey(Source, verbose_name=_("Source"), on_delete=models.PROTECT, related_name="loads")
    source_version = models.PositiveIntegerField(_("Source's version"))
    file = models.CharField(_("File"), max_length=250)
    size = models.BigIntegerField(_("Bytes"), default=0)
    sha256 = models.CharField(_("Checksum"), max_length=64, default="")
    state = models.CharField(_("State"), max_length=20, choices=LoadState.choices)
    rows_in = models.BigIntegerField(_("Rows"), default=0)
    kept = models.BigIntegerField(_("Kept"), default=0)
    duplicates = models.BigIntegerField(_("Duplicates"), default=0)
    set_aside = models.BigIntegerField(_("Set aside"), default=0)
    first_day = models.DateField(_("First day"), null=True)
    last_day = models.DateField(_("Last day"), null=True)
    due_on = models.DateField(_("Counted for"), null=True)
    snapshot = models.ForeignKey(
        Snapshot, verbose_name=_("Data version"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    aside_snapshot = models.ForeignKey(Snapshot, null=True, on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField(default=dict)
    hold_reasons = models.JSONField(_("Held because"), default=list)
    held_file = models.CharField(max_length=250, default="")
    message = models.TextField(_("Message"), default="")
    by = models.ForeignKey(Person, verbose_name=_("By"), on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        Person, verbose_name=_("Decided by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.TextField(_("Decision"), default="")
    began_at = models.DateTimeField(_("Began at"))
    ended_at = models.DateTimeField(_("Ended at"))
    repairs = models.ForeignKey(
        "self", verbose_name=_("Repairs"), null=True, on_delete=models.PROTECT, related_name="repaired_by"
    )

    class Meta(Thing.Meta):
        verbose_name = _("load")
        verbose_name_plural = _("loads")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["source", "-id"], name="load_source"),
            models.Index(fields=["source", "due_on"], name="load_due_on"),
            models.Index(fields=["sha256"], name="load_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.file} #{self.pk}"

    def get_absolute_url(self) -> str:
        return f"/sources/-/loads/{self.pk}/"

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ended_at - self.began_at).total_seconds()


class Repair(Thing):
    """What a person did to one row aside: corrected (`after`) or dismissed (no `after`), and why.

    `load` and `line` name the row aside; `result` is the load that took the corrected row in.
    """

    ledger_private = frozenset({"before", "after"})
    load = models.ForeignKey(Load, verbose_name=_("Load"), on_delete=models.PROTECT, related_name="repaired_rows")
    line = models.BigIntegerField(_("Line"))
    before = models.JSONField(_("Before"))
    after = models.JSONField(_("After"), null=True)
    reason = models.TextField(_("Reason"))
    by = models.ForeignKey(Person, verbose_name=_("By"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("At"))
    result = models.ForeignKey(Load, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Thing.Meta):
        verbose_name = _("repair")
        verbose_name_plural = _("repairs")
        ordering = ["-id"]
        indexes = [models.Index(fields=["load", "line"], name="repair_line")]

    def __str__(self) -> str:
        return f"{self.load_id}:{self.line}"


class Late(Thing):
    """A business day whose data was not there when it was expected: noted once, and its owner was told."""

    source = models.ForeignKey(Source, verbose_name=_("Source"), on_delete=models.PROTECT, related_name="late_days")
    day = models.DateField(_("Business day"))
    noted_at = models.DateTimeField(_("Noted at"))

    class Meta(Thing.Meta):
        verbose_name = _("late day")
        verbose_name_plural = _("late days")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="late_once")]

    def __str__(self) -> str:
        return f"{self.source.title} {self.day}"


class Headings(Thing):
    """How files with exactly these headings are to be read, where a person said so: the next such file maps itself.

    `headings`: as `readers.headings.plain` has them, sorted. `columns`: contract column -> heading, "" for one that
    such files do not have. `skip`, `sheet`: lines before the headings and sheet, where a person had to choose them.
    """

    source = models.ForeignKey(Source, verbose_name=_("Source"), on_delete=models.PROTECT, related_name="headings")
    headings = models.JSONField(_("Headings"), default=list)
    columns = models.JSONField(_("Data columns"), default=dict)
    skip = models.PositiveSmallIntegerField(_("Lines before the headings"), default=0)
    sheet = models.CharField(_("Sheet"), max_length=100, default="", blank=True)
    file = models.CharField(_("File"), max_length=250)
    by = models.ForeignKey(Person, verbose_name=_("By"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("At"))
    forgotten_at = models.DateTimeField(_("Forgotten at"), null=True)

    class Meta(Thing.Meta):
        verbose_name = _("remembered headings")
        verbose_name_plural = _("remembered headings")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file

    @property
    def line(self) -> int:
        """Where the headings stand, when that was chosen; else 0."""
        return self.skip + 1 if self.skip else 0
