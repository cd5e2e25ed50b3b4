"""What people decide of loads and rows aside: small work is done at once, all else by a job that its pages follow.

An order lies in an Attempt (technical: cleared when it is over), so that neither cells nor reasons stand in a job.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext as _n

from opsloop.base.acts import Refused, acting
from opsloop.base.jobs.api import Context, enqueue
from opsloop.base.jobs.models import Job, JobState
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import ActError
from opsloop.data.lake import manifest
from opsloop.data.sources import repairing, telling
from opsloop.data.sources.loading import release, turn_back
from opsloop.data.sources.models import Attempt, Load, LoadState, Repair, Source
from opsloop.data.sources.publishing import doer

TASK = "sources.work"
SMALL_BYTES = 1_000_000
SMALL_ROWS = 200
SMALL_TABLE = 5_000_000
"""Up to here work takes no longer than people wait for a page; the sizes of file, rows and table all count."""
OPEN = (JobState.WAITING, JobState.RUNNING)
ByLoad = Mapping[int, Mapping[int, Mapping[str, str | None]]]


class Do(StrEnum):
    """What is ordered."""

    RELEASE = "release"
    TURN_BACK = "turn_back"
    REPAIR = "repair"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True)
class Order:
    """What to do, why, and with which rows: load -> line -> cells that change, none for those dismissed."""

    do: Do
    source: Source
    reason: str
    load: Load | None = None
    rows: ByLoad | None = None
    still_wrong: int = 0

    @property
    def count(self) -> int:
        return sum(len(lines) for lines in (self.rows or {}).values())

    @property
    def is_small(self) -> bool:
        """Is it done within the request?"""
        size, rows = (self.load.size, self.load.rows_in) if self.load is not None else (0, self.count)
        if self.load is not None and self.load.repairs_id is None:
            rows = 0  # the file's size tells
        return size <= SMALL_BYTES and rows <= SMALL_ROWS and self.source_rows() <= SMALL_TABLE

    def source_rows(self) -> int:
        """Rows of the source's table as it is now."""
        found = manifest.newest(self.source.table)
        return found.rows if found is not None else 0


def place(source: Source, load: Load | None) -> str:
    """The beginning of the keys of jobs about a held load, or about a source's rows aside."""
    return f"{TASK}:{source.pk}:{load.pk if load is not None else 0}:"


def going_on(source: Source, load: Load | None = None) -> Job | None:
    """The job that works on it now, if one does."""
    jobs = Job.objects.filter(key__startswith=place(source, load), state__in=OPEN)
    return jobs.select_related("behalf").order_by("-pk").first()


def put(order: Order, person: Person) -> Job:
    """Have a job do it with this person's rights. Raises Refused while another one is at it."""
    if going_on(order.source, order.load) is not None:
        raise Refused(_t("This is being done already; its page says how far it is."))
    said = {
        "do": order.do.value, "reason": order.reason, "wrong": order.still_wrong,
        "load": order.load.pk if order.load is not None else None,
        "rows": {load: dict(lines) for load, lines in (order.rows or {}).items()},
    }  # fmt: skip
    name = order.load.file if order.load is not None else order.source.title
    attempt = Attempt.objects.create(
        source=order.source, by=person, file=name[:250], began_at=timezone.now(), step="ordered", prepared=said
    )
    return enqueue(TASK, {"order": attempt.pk}, key=f"{place(order.source, order.load)}{attempt.pk}", behalf=person)


def carry_out(ctx: Context, number: int) -> Callable[[], dict[str, Any]]:
    """The work of the job; answers what closes it and tells who ordered it. A refusal is an answer, no fault."""
    attempt = Attempt.objects.select_related("source", "by").get(pk=number)
    try:
        order = _read(attempt, ctx.by)
        with acting(ctx.call()):
            answer = _do(order, ctx, attempt)
    except ActError as error:
        answer = {"refused": str(error), "go": _go(attempt)}

    def close() -> dict[str, Any]:
        Attempt.objects.filter(pk=number).update(ended_at=timezone.now(), prepared=None)
        telling.done(attempt.by, attempt.source, answer, f"/sources/-/work/{ctx.job.pk}/")
        return answer

    return close


def _go(attempt: Attempt) -> str:
    return attempt.source.get_absolute_url()


def _read(attempt: Attempt, by: Person) -> Order:
    said = attempt.prepared
    if said is None or attempt.ended_at is not None:
        raise Refused(_t("The order waited longer than a day and was given up; order it again."))
    loads = visible(by, Load).filter(source=attempt.source).select_related("source")
    load = loads.filter(pk=said["load"]).first() if said["load"] is not None else None
    rows = {int(one): {int(line): cells for line, cells in lines.items()} for one, lines in said["rows"].items()}
    return Order(Do(said["do"]), attempt.source, said["reason"], load, rows, said["wrong"])


def _do(order: Order, ctx: Context, attempt: Attempt) -> dict[str, Any]:
    if order.load is not None:
        return decide(order, ctx.by, attempt)
    return mend(order, ctx.by, since=attempt, told=lambda done: ctx.progress(done, order.count))


def decide(order: Order, by: Person, attempt: Attempt | None = None) -> dict[str, Any]:
    """Release a held load or turn it back. What an attempt before this one did already is not refused."""
    assert order.load is not None
    load, go = order.load, order.load.get_absolute_url()
    wanted = LoadState.LOADED if order.do is Do.RELEASE else LoadState.TURNED_BACK
    if not (attempt is not None and load.state == wanted and load.decided_by_id == doer(by).pk):
        work = release if order.do is Do.RELEASE else turn_back
        load = work(load, by=by, reason=order.reason)
    if order.do is Do.TURN_BACK:
        return {"said": _t("Turned back; the file lies in drop/turned-back/."), "load": load.pk, "go": go}
    text = _t("Released: {n} rows are in the numbers now.").format(n=f"{load.kept:,}")
    return {"said": text, "load": load.pk, "go": go}


def mend(
    order: Order, by: Person, *, since: Attempt | None = None, told: Callable[[int], None] = lambda _done: None
) -> dict[str, Any]:
    """Repair or dismiss rows, one act a load; what an attempt before this one did is passed over."""
    done = 0
    for number, lines in (order.rows or {}).items():
        load = Load.objects.select_related("source").filter(source=order.source, pk=number).first()
        if load is None:
            raise Refused(_t("There is no such load."))
        left = _left(load, list(lines), since)
        for start in range(0, len(left), repairing.MOST):
            part = left[start : start + repairing.MOST]
            if order.do is Do.REPAIR:
                repairing.repair(load, {line: lines[line] for line in part}, by=by, reason=order.reason)
            else:
                repairing.dismiss(load, part, by=by, reason=order.reason)
            done += len(part)
            told(done)
    return {"said": _said(order), "go": f"{order.source.get_absolute_url()}aside/"}


def _left(load: Load, lines: Sequence[int], since: Attempt | None) -> list[int]:
    if since is None:
        return list(lines)
    there = Repair.objects.filter(load=load, at__gte=since.began_at, by=since.by).values_list("line", flat=True)
    gone = set(there)
    return [line for line in lines if line not in gone]


def _said(order: Order) -> str:
    if order.do is Do.DISMISS:
        return _n("{n} row dismissed", "{n} rows dismissed", order.count).format(n=order.count)
    right = order.count - order.still_wrong
    text = _n("{n} row repaired", "{n} rows repaired", right).format(n=right)
    if left := order.still_wrong:
        text += " · " + _n("{n} row is still wrong", "{n} rows are still wrong", left).format(n=left)
    return text


def answer_of(job: Job) -> dict[str, Any]:
    """What the job said at its end; empty before."""
    found: dict[str, Any] = json.loads(job.result) or {}
    return found
