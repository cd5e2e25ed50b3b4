"""What the worker did, for numbers over the company's own work."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opsloop.base.jobs.models import Job, JobState
from opsloop.base.tables import CHUNK, Row, Span, TableColumn, own_table

COLUMNS = (
    TableColumn("id", "integer", _("No."), required=True),
    TableColumn("task", "text", _("Task"), required=True),
    TableColumn("queue", "text", _("Queue"), required=True),
    TableColumn("state", "text", _("State"), required=True),
    TableColumn("behalf_id", "integer", _("Asked by")),
    TableColumn("attempts", "integer", _("Attempts"), required=True),
    TableColumn("asked_at", "datetime", _("Asked at"), required=True),
    TableColumn("run_at", "datetime", _("Not before"), required=True),
    TableColumn("started_at", "datetime", _("Started at")),
    TableColumn("finished_at", "datetime", _("Finished at")),
    TableColumn("planned_for", "datetime", _("Planned for")),
)
FIELDS = (
    "id", "task", "queue", "state", "behalf_id", "attempt", "made_at", "run_at", "started_at", "finished_at",
    "scheduled_for",
)  # fmt: skip


@own_table("job_runs", title=_("Jobs"), columns=COLUMNS, key=("id",))
def job_runs(span: Span) -> Iterator[Row]:
    """Every job: when it was asked for, began and ended, and what became of it. Arguments and errors stay at home."""
    rows = Job.objects.filter(made_at__lt=span.until).order_by("id")
    if span.since is not None:
        open_ = Q(state__in=(JobState.WAITING, JobState.RUNNING))
        moved = Q(made_at__gte=span.since) | Q(started_at__gte=span.since) | Q(finished_at__gte=span.since)
        rows = rows.filter(open_ | moved)
    yield from rows.values_list(*FIELDS).iterator(CHUNK)
