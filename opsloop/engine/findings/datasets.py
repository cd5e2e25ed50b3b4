"""Findings for numbers over the company's own work: how long they take, and which share helps."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from opsloop.base.tables import CHUNK, Row, Span, TableColumn, own_table
from opsloop.engine.findings.models import Finding

COLUMNS = (
    TableColumn("finding_id", "integer", _("No."), required=True),
    TableColumn("origin", "text", _("Origin"), required=True),
    TableColumn("state", "text", _("State"), required=True),
    TableColumn("outcome", "text", _("Outcome")),
    TableColumn("department", "text", _("Department")),
    TableColumn("owner", "text", _("Owner position")),
    TableColumn("person_id", "integer", _("Who has it")),
    TableColumn("raised_by_id", "integer", _("Raised by")),
    TableColumn("raised_at", "datetime", _("Came up at"), required=True),
    TableColumn("triaged_at", "datetime", _("Triaged at")),
    TableColumn("decided_at", "datetime", _("Decided at")),
    TableColumn("due_on", "date", _("Due on")),
    TableColumn("done_at", "datetime", _("Done at")),
    TableColumn("verified_on", "date", _("Verified on")),
    TableColumn("closed_at", "datetime", _("Closed at")),
    TableColumn("reopened", "integer", _("Times reopened"), required=True),
    TableColumn("simulated", "boolean", _("Simulated"), required=True),
)
FIELDS = (
    "number", "origin", "state", "outcome", "department__code", "owner__code", "person_id", "raised_by_id", "raised_at",
    "triaged_at", "decided_at", "due_on", "done_at", "verified_at__date", "closed_at", "reopened", "simulated",
)  # fmt: skip


@own_table("findings", title=_("Findings"), columns=COLUMNS, key=("finding_id",))
def findings(span: Span) -> Iterator[Row]:
    """Every finding with its days and what became of it. Each time whole: a finding changes for months."""
    rows = Finding.objects.filter(raised_at__lt=span.until).order_by("number")
    for row in rows.values_list(*FIELDS).iterator(CHUNK):
        yield tuple(value if value != "" else None for value in row)
