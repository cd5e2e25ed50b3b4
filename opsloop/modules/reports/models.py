"""Reports in force, their editions with what people wrote and what was frozen, directions, and people's own reports."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opsloop.base.files.models import Attachment
from opsloop.base.kinds.compiled import Compiled
from opsloop.base.kinds.translated import language
from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing
from opsloop.data.metrics.period_names import span_name
from opsloop.engine.assignments.api import Assignment
from opsloop.modules.reports.words import FileShape, OwnState, State


class Report(Compiled):
    """运营周报, 运营月报: a published definition, as it is in force."""

    kind = "report"

    class Meta(Compiled.Meta):
        verbose_name = _("report")
        verbose_name_plural = _("reports")

    def get_absolute_url(self) -> str:
        return f"/reports/kinds/{self.ident}/"

    @property
    def writer(self) -> str:
        """The id of the position that writes it."""
        return str(self.definition.get("written_by", ""))

    @property
    def issuer(self) -> str:
        """The id of the position that issues it."""
        return str(self.definition.get("issued_by", ""))

    @property
    def readers(self) -> tuple[str, ...]:
        """Ids of the positions that get a copy."""
        return tuple(self.definition.get("for", ()))


def digest(said: Any) -> str:
    """The hash by which a content is known."""
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Content(models.Model):
    """Technique: what the machine drafted, and what an issued report says, by its hash; never changed.

    The hashes stand in editions, and so in the ledger: a changed content does not fit its hash any more.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    said = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)

    @classmethod
    def keep(cls, said: Any) -> str:
        """Put it down unless it is there. Answers its hash."""
        sha256 = digest(said)
        cls.objects.get_or_create(sha256=sha256, defaults={"said": said})
        return sha256


class Edition(Thing):
    """一期: the report of one period. drafts: language -> hash of what the machine wrote, replaced until it is issued.

    body: what people wrote, with `{slot}` where a figure stands. documents: language -> hash of the whole, frozen at
    issue. A correction is an edition of its own that names the one it replaces.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="editions", verbose_name=_("Report"))
    title = models.CharField(_("Title"), max_length=200)
    number = models.CharField(_("Report number"), max_length=40, unique=True)
    grain = models.CharField(max_length=6)
    since = models.DateField(_("From"))
    until = models.DateField(_("Until"))
    due_at = models.DateTimeField(_("To be out at"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    warning = models.CharField(_("To be known first"), max_length=500, blank=True)
    snapshot = models.BigIntegerField(_("Data version"), null=True)
    drafted_at = models.DateTimeField(_("Figures as of"))
    drafts = models.JSONField(default=dict)
    body = models.JSONField(_("Conclusions and advice"), default=dict)
    documents = models.JSONField(default=dict)
    writer = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Who writes it")
    )
    submitted_at = models.DateTimeField(_("Handed in at"), null=True)
    issuer = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Issued by")
    )
    issued_at = models.DateTimeField(_("Issued at"), null=True)
    sent_back = models.CharField(_("Sent back because"), max_length=2000, blank=True)
    corrects = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="corrections", verbose_name=_("Corrects")
    )
    correction = models.PositiveSmallIntegerField(_("Correction"), default=0)
    reason = models.CharField(_("Reason of the correction"), max_length=2000, blank=True)

    class Meta(Thing.Meta):
        verbose_name = _("edition of a report")
        verbose_name_plural = _("editions of reports")
        ordering = ["-until", "-correction"]
        constraints = [
            models.UniqueConstraint(fields=["report", "since", "correction"], name="edition_once"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted"]) | Q(issued_at__isnull=False), name="edition_issued_at"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="edition_state")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/reports/{self.pk}/"

    @property
    def name(self) -> str:
        """The title as the reader reads it: the report's own and the period."""
        if not self.report.texts.get("title"):
            return self.title
        return f"{self.report.name} {span_name(self.since, self.until)}"

    @property
    def warned(self) -> str:
        """What is to be known first, as the reader reads it."""
        if not self.warning or not self.report.texts:
            return self.warning
        return str(self.draft(language()).get("warning") or self.warning)

    @property
    def is_out(self) -> bool:
        return self.state in (State.ISSUED, State.CORRECTED)

    def draft(self, language: str) -> dict[str, Any]:
        """What the machine wrote, in the language or else in the first there is."""
        return self._said(self.drafts, language)

    def document(self, language: str) -> dict[str, Any]:
        """What was frozen at issue, as JSON; empty before."""
        return self._said(self.documents, language)

    def _said(self, hashes: dict[str, str], language: str) -> dict[str, Any]:
        sha256 = hashes.get(language) or next(iter(hashes.values()), "")
        if not sha256:
            return {}
        found: dict[str, Any] = Content.objects.get(sha256=sha256).said
        return found


class EditionFile(models.Model):
    """Technique: which attachment of an edition says its content of this hash, in a shape and a language."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="shaped")
    shape = models.CharField(max_length=4, choices=FileShape)
    language = models.CharField(max_length=10)
    content = models.CharField(max_length=64)
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "shape", "language", "content"], name="edition_file_once")
        ]


class Direction(Thing):
    """批示: what a leader directs on an issued report; it is an assignment of a person with a date."""

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="directions", verbose_name=_("Edition of a report")
    )
    text = models.CharField(_("Direction"), max_length=1000)
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Directed by"))
    given_at = models.DateTimeField(_("Directed at"))
    assignment = models.ForeignKey(
        Assignment, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Assignment")
    )

    class Meta(Thing.Meta):
        verbose_name = _("direction")
        verbose_name_plural = _("directions")
        ordering = ["given_at", "pk"]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return f"/reports/{self.edition_id}/#directions"


class OwnReport(Thing):
    """个人周报: what a person did in a week, drafted from what is recorded, with their own words, sent upward."""

    ledger_private = frozenset({"words", "plans", "help"})
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Person"))
    since = models.DateField(_("From"))
    until = models.DateField(_("Until"))
    state = models.CharField(_("State"), max_length=6, choices=OwnState, default=OwnState.DRAFT)
    drafted_at = models.DateTimeField(_("Drafted at"))
    done = models.JSONField(_("Work done"), default=dict)
    words = models.TextField(_("In my own words"), max_length=4000, blank=True)
    plans = models.TextField(_("Next week"), max_length=4000, blank=True)
    help = models.TextField(_("Where I need help"), max_length=2000, blank=True)
    sent_at = models.DateTimeField(_("Sent at"), null=True)

    class Meta(Thing.Meta):
        verbose_name = _("own weekly report")
        verbose_name_plural = _("own weekly reports")
        ordering = ["-until", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "since"], name="own_report_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.since:%m-%d}–{self.until:%m-%d}"

    def get_absolute_url(self) -> str:
        return f"/reports/own/{self.pk}/"


class OwnCopy(Thing):
    """Who got a person's own report: the superiors of that moment."""

    own = models.ForeignKey(
        OwnReport, on_delete=models.PROTECT, related_name="copies", verbose_name=_("own weekly report")
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("Person"))

    class Meta(Thing.Meta):
        verbose_name = _("copy of an own report")
        verbose_name_plural = _("copies of own reports")
        constraints = [models.UniqueConstraint(fields=["own", "person"], name="own_copy_once")]

    def __str__(self) -> str:
        return str(self.person)
