"""How the standard moves, for numbers over the company's own work."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from opsloop.base.tables import CHUNK, Row, Span, TableColumn, own_table
from opsloop.playbook.models import Version

COLUMNS = (
    TableColumn("kind", "text", _("Kind"), required=True),
    TableColumn("ident", "text", _("Id"), required=True),
    TableColumn("number", "integer", _("Version"), required=True),
    TableColumn("withdrawn", "boolean", _("Withdrawn"), required=True),
    TableColumn("effective_from", "date", _("In force from"), required=True),
    TableColumn("publication", "integer", _("Publication"), required=True),
    TableColumn("published_at", "datetime", _("Published at")),
    TableColumn("small", "boolean", _("Small change"), required=True),
    TableColumn("proposed_by_id", "integer", _("Proposed by")),
    TableColumn("decided_by_id", "integer", _("Decided by")),
)
FIELDS = (
    "kind", "ident", "number", "sha256", "effective_from", "publication__number", "publication__published_at",
    "publication__small", "publication__proposed_by_id", "publication__decided_by_id",
)  # fmt: skip


@own_table("playbook_versions", title=_("Versions of the standard"), columns=COLUMNS, key=("kind", "ident", "number"))
def playbook_versions(span: Span) -> Iterator[Row]:
    """Every version of every file of the standard: since when it holds and which publication brought it."""
    rows = Version.objects.order_by("id")
    if span.since is not None:
        rows = rows.filter(publication__published_at__gte=span.since)
    for kind, ident, number, sha256, *rest in rows.values_list(*FIELDS).iterator(CHUNK):
        yield kind, ident, number, not sha256, *rest
