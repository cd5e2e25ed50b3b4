"""What other apps do when an alert opens or changes, without monitors knowing them.

In an app's jobs.py, with the rights that its own task names:

    @task("cases.follow_alert", _("Open a case for an alert"), may=("cases.start",))
    def follow_alert(ctx: Context, alert: int, happened: str) -> None: ...

    follow_alerts("cases.follow_alert")

The alert's own act enqueues the task, so that neither is without the other. `happened` is one of HAPPENINGS.
"""

from __future__ import annotations

from opsloop.base.jobs.api import enqueue

HAPPENINGS = ("opened", "grown", "escalated", "closed")
_tasks: set[str] = set()


def follow_alerts(task: str) -> None:
    """Let this task run, for itself, whenever something happens to an alert: task(ctx, alert=pk, happened=word)."""
    _tasks.add(task)


def happened(alert: int, what: str) -> None:
    """Inside the alert's act: a job for each app that follows. Raises LookupError for a task that is not there."""
    for task in sorted(_tasks):
        enqueue(task, {"alert": alert, "happened": what}, behalf=None)
