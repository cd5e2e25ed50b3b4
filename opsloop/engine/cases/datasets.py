"""Steps that fell due, for numbers over the company's own work: how many are done in time, and which are overdue."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from opsloop.base.tables import CHUNK, Row, Span, TableColumn, own_table
from opsloop.engine.cases.flow.state import ALIVE, PASSED, Work
from opsloop.engine.cases.models import WorkItem
from opsloop.engine.cases.reading import WORK

COLUMNS = (
    TableColumn("step_id", "integer", _("No."), required=True),
    TableColumn("case_id", "integer", _("Case"), required=True),
    TableColumn("sop", "text", _("SOP"), required=True),
    TableColumn("step", "text", _("Step"), required=True),
    TableColumn("approval", "boolean", _("Approval"), required=True),
    TableColumn("level", "text", _("Level")),
    TableColumn("position", "text", _("Position")),
    TableColumn("department", "text", _("Department")),
    TableColumn("person_id", "integer", _("Who has it")),
    TableColumn("opened_at", "datetime", _("Came to them at"), required=True),
    TableColumn("begun_at", "datetime", _("Begun at")),
    TableColumn("due_at", "datetime", _("Falls due at"), required=True),
    TableColumn("done_at", "datetime", _("Done at")),
)
FIELDS = (
    "pk", "case_id", "case__sop", "node", "kind", "case__level", "position", "case__department__code", "assignee_id",
    "opened", "begun", "due", "done",
)  # fmt: skip


@own_table("case_steps", title=_("Steps of cases"), columns=COLUMNS, key=("step_id",))
def case_steps(span: Span) -> Iterator[Row]:
    """Every step and approval that has fallen due, done or not; what was no longer needed is left out.

    Each time whole: a step that is overdue today may be done, or be no longer needed, tomorrow.
    """
    rows = WorkItem.objects.filter(kind__in=WORK, due__lt=span.until, status__in=(*PASSED, *ALIVE)).order_by("pk")
    for row in rows.values_list(*FIELDS).iterator(CHUNK):
        number, case, sop, node, kind, *rest = row
        yield number, case, sop, node, kind != Work.DO, *(value if value != "" else None for value in rest)
