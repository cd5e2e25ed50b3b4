"""The import of people runs behind the page, as whoever asked for it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from opsloop.base.files.models import Stored
from opsloop.base.jobs.api import SLOW, Context, task
from opsloop.base.people.imports import commit, plan

TASK = "people.import"
MOST = 500


@task(TASK, _("Import people"), prepare=True, timeout_s=1800, queue=SLOW, max_attempts=3)
def import_people(ctx: Context, stored: int, name: str, reasons: dict[str, str]) -> dict[str, Any]:
    """Judge the file anew and do it: what an attempt before has done is as the file says and is not done again."""
    made = plan(Stored.objects.get(pk=stored).path.read_bytes(), name, ctx.by, reasons)
    done = commit(made, ctx.by, f"import:{ctx.job.pk}", reasons, heard=ctx.progress)
    ctx.progress(len(made.rows), len(made.rows))
    faults = [[one.row, one.column, one.text, one.remedy] for one in done.faults[:MOST]]
    return {"counts": done.counts, "waiting": done.waiting, "faults": faults, "nothing": made.counts.get("nothing", 0)}
