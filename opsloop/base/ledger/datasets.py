"""Who did what and when, for numbers over the company's own work. Bodies stay at home: they may hold anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from opsloop.base.ledger.models import Entry
from opsloop.base.ledger.write import EPOCH, micros
from opsloop.base.tables import CHUNK, Row, Span, TableColumn, own_table

COLUMNS = (
    TableColumn("id", "integer", _("No."), required=True),
    TableColumn("parent_id", "integer", _("Within entry")),
    TableColumn("act", "text", _("Act"), required=True),
    TableColumn("noun", "text", _("Subject"), required=True),
    TableColumn("object_type", "text", _("Kind of object")),
    TableColumn("object_id", "integer", _("Object")),
    TableColumn("by_id", "integer", _("Who did it"), required=True),
    TableColumn("behalf_id", "integer", _("On behalf of")),
    TableColumn("via", "text", _("Through"), required=True),
    TableColumn("happened_at", "datetime", _("Happened at"), required=True),
    TableColumn("recorded_at", "datetime", _("Recorded at"), required=True),
    TableColumn("recorded_late", "boolean", _("Recorded later"), required=True),
)
FIELDS = ("id", "parent", "act", "object_type", "object_id", "by_id", "behalf_id", "via", "happened", "at")


@own_table("ledger_entries", title=_("Ledger entries"), columns=COLUMNS, key=("id",))
def ledger_entries(span: Span) -> Iterator[Row]:
    """Every act that was done: who, what, on which object, when it happened and when it was recorded."""
    rows = Entry.objects.filter(at__lt=micros(span.until)).order_by("id")
    if span.since is not None:
        rows = rows.filter(at__gte=micros(span.since))
    for pk, parent, act, kind, obj, by, behalf, via, happened, at in rows.values_list(*FIELDS).iterator(CHUNK):
        noun = act.partition(".")[0]
        yield pk, parent, act, noun, kind, obj, by, behalf, via, _moment(happened), _moment(at), happened != at


def _moment(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)
