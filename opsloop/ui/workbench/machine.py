"""The card of who looks after the machine: what failed and waits for a decision."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.jobs import queries
from opsloop.base.jobs.models import Job, JobState, LetterState, Outbox
from opsloop.base.jobs.reasons import why
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import sees, visible
from opsloop.ui.cards import Card, card
from opsloop.ui.navigation import address

CARD = "jobs.failed"
SHOWN = 4


@card(CARD, order=50, see="jobs")
def failed(person: Person) -> Card | None:
    """Failed jobs and messages, and a stopped worker, for those who can do something about it."""
    if not can(person, "jobs.retry") or sees(person, "jobs") != "all":
        return None
    jobs = visible(person, Job).filter(state=JobState.DEAD)
    found = list(jobs.order_by("-finished_at")[:SHOWN])
    letters = visible(person, Outbox).filter(state=LetterState.DEAD).count()
    stopped, late = queries.worker_stopped(), queries.late_jobs()
    if not (found or letters or stopped or late):
        return None
    lines = [(job, queries.task_label(job.task), why(job.error)) for job in found]
    more = max(0, jobs.count() - SHOWN) if len(found) == SHOWN else 0
    said = {"lines": lines, "more": more, "letters": letters, "stopped": stopped, "late": late}
    return Card(title=_("The machine"), template="workbench/machine.html", context=said, url=address("jobs:now") or "")
