"""Queries that run by the clock, and results that are swept after a week."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import tell
from opsloop.base.jobs.api import SLOW, Context, scheduled, task
from opsloop.base.jobs.robot import for_person
from opsloop.base.policy.rules import can
from opsloop.data.lake.retention import newest_number
from opsloop.data.sql import asking, running, snapshot
from opsloop.data.sql.actions import SNAPSHOT, TASK
from opsloop.data.sql.models import Run, RunState, SavedQuery

NOTICE = "sql.ran"


@task(TASK, _("Run a saved query"), prepare=True, timeout_s=running.JOB.wall_s + 60, queue=SLOW, max_attempts=2)
def run_saved(ctx: Context, query: int) -> Callable[[], None] | None:
    """Run it with its owner's rights; one that is archived, or whose owner may not ask any more, is passed over."""
    found = SavedQuery.objects.select_related("owner").get(pk=query)
    if found.archived_at is not None or not can(found.owner, "sql.ask"):
        return None
    run = asking.ask(found.owner, found.text, query=found, limits=running.JOB, by=for_person(found.owner))
    return lambda: _told(run, found)


def _told(run: Run, query: SavedQuery) -> None:
    if run.state == RunState.DONE:
        title = _t("{title}: {n} rows").format(title=query.title, n=run.rows)
    else:
        title = _t("{title} did not run: {fault}").format(title=query.title, fault=run.fault[:120])
    tell(query.owner, NOTICE, title, link=run.get_absolute_url(), about=query, even_self=True)


@scheduled("sql.sweep", _("Sweep query results"), cron="50 3 * * *", prepare=True)
def sweep_results(ctx: Context) -> int:
    return asking.sweep()


@task(SNAPSHOT, _("Write the snapshot for BI tools"), prepare=True, timeout_s=3600, queue=SLOW, max_attempts=2)
def write_snapshot(ctx: Context) -> int:
    return snapshot.make(ctx.progress)


@scheduled("sql.snapshot", _("Renew the snapshot for BI tools"), cron="40 6 * * *", prepare=True, queue=SLOW)
def renew_snapshot(ctx: Context) -> int:
    """Only where somebody ordered it once, and only when there is a newer data version."""
    there = snapshot.made_of()
    return snapshot.make(ctx.progress) if 0 < there < newest_number() else there
