"""The chain: its newest entry, the last verifications, and a button to verify it now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t

from opsloop.base.acts import Forbidden
from opsloop.base.jobs.api import enqueue
from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.queries import worker_stopped
from opsloop.base.ledger.chain import head_now
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import sees
from opsloop.ui.ledger.jobs import TASK
from opsloop.ui.page import PersonRequest, page

SHOWN = 10
UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Verified:
    """One verification that came to its end; no `who` is the nightly one."""

    at: datetime | None
    who: Person | None
    entries: int
    seconds: float
    count: int
    faults: list[tuple[int, str]]


def verified(job: Job) -> Verified:
    """What a finished job found."""
    said: dict[str, Any] = json.loads(job.result) or {}
    faults = [(int(number), str(what)) for number, what in said.get("faults", [])]
    return Verified(
        job.finished_at, job.behalf, int(said.get("entries", 0)), float(said.get("seconds", 0)),
        int(said.get("count", len(faults))), faults,
    )  # fmt: skip


@page(see="ledger")
def chain_page(request: PersonRequest) -> HttpResponse:
    """For those who read the whole ledger. A POST has a job verify it now; one at a time is enough."""
    if sees(request.person, "ledger") != "all":
        raise Forbidden(_t("Only those who read the whole ledger verify it."))
    jobs = Job.objects.filter(task=TASK)
    if request.method == "POST":
        if not jobs.filter(state__in=UNDER_WAY).exists():
            enqueue(TASK, behalf=request.person)
        return redirect("ledger:chain")
    done = [verified(job) for job in jobs.filter(state=JobState.DONE).select_related("behalf").order_by("-pk")[:SHOWN]]
    failed = jobs.filter(state=JobState.DEAD).order_by("-pk").first()
    running = jobs.filter(state__in=UNDER_WAY).first()
    context = {
        "head": head_now(), "running": running, "last": done[0] if done else None, "before": done[1:],
        "failed": failed, "stopped": running is not None and worker_stopped(),
    }  # fmt: skip
    inside = request.headers.get("HX-Target", "").endswith("#chain-state")
    return render(request, "ledger/chain_state.html" if inside else "ledger/chain.html", context)
