"""How data comes, for numbers over the company's own work: each load and its rows, each source on each business day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.ledger.queries import changed_in
from opsloop.base.tables import CHUNK, Row, Span, TableColumn, own_table
from opsloop.data.sources.calendar import LOOK_BACK, DayState, calendar
from opsloop.data.sources.models import Load, Source

LOADS = (
    TableColumn("id", "integer", _("Number"), required=True),
    TableColumn("source", "text", _("Source"), required=True),
    TableColumn("file", "text", _("File"), required=True),
    TableColumn("state", "text", _("State"), required=True),
    TableColumn("was_held", "boolean", _("Was held"), required=True),
    TableColumn("mends", "integer", _("Repairs")),
    TableColumn("rows_in", "integer", _("Rows"), required=True),
    TableColumn("kept", "integer", _("Kept"), required=True),
    TableColumn("duplicates", "integer", _("Duplicates"), required=True),
    TableColumn("set_aside", "integer", _("Set aside"), required=True),
    TableColumn("first_day", "date", _("First day of the data")),
    TableColumn("last_day", "date", _("Last day of the data")),
    TableColumn("due_on", "date", _("Counted for")),
    TableColumn("began_at", "datetime", _("Began at"), required=True),
    TableColumn("ended_at", "datetime", _("Ended at"), required=True),
)
FIELDS = (
    "id", "source__ident", "file", "state", "hold_reasons", "repairs_id", "rows_in", "kept", "duplicates", "set_aside",
    "first_day", "last_day", "due_on", "began_at", "ended_at",
)  # fmt: skip


@own_table("loads", title=_("Loads"), columns=LOADS, key=("id",))
def loads(span: Span) -> Iterator[Row]:
    """Every load from outside: when it began and ended, what became of its rows, whether it was held.

    Our own tables are left out: they are always on time and whole, and would make every rate look better.
    """
    rows = changed_in(Load, span.since).filter(began_at__lt=span.until, source__in=_from_outside())
    for pk, source, file, state, reasons, *rest in rows.values_list(*FIELDS).iterator(CHUNK):
        yield pk, source, file, state, bool(reasons), *rest


DAYS = (
    TableColumn("source", "text", _("Source"), required=True),
    TableColumn("day", "date", _("Business day"), required=True),
    TableColumn("state", "text", _("State"), required=True),
    TableColumn("due_at", "datetime", _("Due at"), required=True),
    TableColumn("rows_in", "integer", _("Rows"), required=True),
    TableColumn("kept", "integer", _("Kept"), required=True),
    TableColumn("duplicates", "integer", _("Duplicates"), required=True),
    TableColumn("set_aside", "integer", _("Set aside"), required=True),
)
UNJUDGED = frozenset({DayState.AHEAD, DayState.NOTHING})


@own_table("source_days", title=_("Sources by day"), columns=DAYS, key=("source", "day"))
def source_days(span: Span) -> Iterator[Row]:
    """Each source from outside on each business day that it was due or closed: whether it came on time, its rows.

    A day may still change while it is repaired, so those of the last weeks are given each time.
    """
    first = Load.objects.aggregate(first=Min("due_on"))["first"]
    if first is None:
        return
    until = timezone.localdate(span.until)
    since = timezone.localdate(span.since) - timedelta(days=LOOK_BACK) if span.since else first
    outside = _from_outside()
    for source, cells in calendar(max(first, since), until, now=span.until):
        for cell in cells if source.pk in outside else ():
            if cell.state not in UNJUDGED:
                yield (
                    source.ident, cell.day, cell.state.value, cell.due_at, cell.rows_in, cell.kept, cell.duplicates,
                    cell.aside,
                )  # fmt: skip


def _from_outside() -> set[int]:
    return {source.pk for source in Source.objects.all() if not source.is_own}
