"""Rows to flow.state and back. What is closed is read only where a command looks back, so long cases stay quick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from opsloop.base.things.frame import running
from opsloop.engine.cases import models
from opsloop.engine.cases.columns import ACTIVATIONS, GIVEN, ITEMS, NOTHING, TIMERS, VOTES, Columns, R
from opsloop.engine.cases.flow import state as flow
from opsloop.engine.cases.flow.outcome import Event, Outcome
from opsloop.engine.cases.rows import insert, marks, put

HEAD = (
    "level", "judged", "started", "happened", "due", "suspended", "ended", "last_no", "acted", "approved",
)  # fmt: skip


def load(case: models.Case, values: Mapping[str, object], item: int | None, *, back: bool) -> flow.State:
    """Where the case stands; `item` is read even if it is closed. values: those of the case by their types."""
    mine = "case_id = %s"
    if back:
        acts, items, votes = (
            ACTIVATIONS.read(mine, case.pk), ITEMS.read(mine, case.pk), VOTES.read(mine, case.pk)
        )  # fmt: skip
    else:
        acts = ACTIVATIONS.read(f"{mine} and status = 'open'", case.pk)
        within = f"{mine} and (activation in ({marks(acts)})"
        items = ITEMS.read(f"{within} or kind = 'copy' or no = %s)", case.pk, *acts, item)
        decides = any(one.kind == flow.Work.APPROVE for one in items.values())
        votes = VOTES.read(f"{within})", case.pk, *acts) if decides else {}
    timers = TIMERS.read(f"{mine} and fired is null and not closed", case.pk)
    return flow.State(_head(case, values), acts, items, votes, timers)


def _head(case: models.Case, values: Mapping[str, object]) -> flow.Head:
    same = {name: getattr(case, name) for name in HEAD}
    doers = {node: tuple(people) for node, people in case.doers.items()}
    kept = {key: tuple(told) for key, told in case.kept.items()}
    pauses = tuple((since, until) for since, until in case.pauses)
    return flow.Head(
        status=flow.CaseStatus(case.status), initiator=case.initiator_id, values=values, rev=case.revision, doers=doers,
        kept=kept, pauses=pauses, **same,
    )  # fmt: skip


LOG = (
    "case_id", "seq", "verb", "node", "round", "item", "activation", "by_id", "behalf_id", "data", "at", "entry",
)  # fmt: skip
Given = Mapping[int, tuple[str, Decimal]]
"""Vote -> the authority that was used, and the amount."""


def save(
    case: models.Case, before: flow.State, out: Outcome, plain: Mapping[str, Any], given: Given, at: datetime
) -> None:
    """Write what has changed; inside the act. plain: the values as JSON."""
    put_head(case, out.state.head, plain)
    _put(ACTIVATIONS, case, out.changes.activations)
    _put(ITEMS, case, out.changes.items)
    _candidates(case, before.items, out.changes.items)
    votes = [(case.pk, *VOTES.values(one), *given.get(one.no, NOTHING)) for one in out.changes.votes]
    put(VOTES.table, ("case_id", *VOTES.names, *GIVEN), votes, once=GIVEN)
    _put(TIMERS, case, out.timers)
    _log(case, out.events, at)
    case.save()


def put_head(case: models.Case, head: flow.Head, plain: Mapping[str, Any]) -> None:
    """The head of a state as the case's columns; saved by whoever calls."""
    for name in HEAD:
        setattr(case, name, getattr(head, name))
    case.status, case.values = str(head.status), dict(plain)
    case.doers = {node: list(people) for node, people in head.doers.items()}
    case.pauses = [list(one) for one in head.pauses]
    case.kept = {key: [dict(one) for one in told] for key, told in head.kept.items()}


def _put(table: Columns[R], case: models.Case, made: Iterable[R]) -> None:
    put(table.table, ("case_id", *table.names), [(case.pk, *table.values(one)) for one in made])


def _candidates(case: models.Case, before: Mapping[int, flow.Item], changed: Iterable[flow.Item]) -> None:
    """Those who may take it stand in an index of their own, while nobody has it."""
    items = [one for one in changed if one.assignee is None or (one.no in before and before[one.no].assignee is None)]
    if not items:
        return
    numbers = [one.no for one in items]
    ids = dict(models.WorkItem.objects.filter(case_id=case.pk, no__in=numbers).values_list("no", "pk"))
    models.Candidate.objects.filter(item_id__in=ids.values()).delete()
    models.Candidate.objects.bulk_create(
        models.Candidate(item_id=ids[one.no], person_id=person)
        for one in items if one.status == flow.Status.OPEN and one.assignee is None for person in one.candidates
    )  # fmt: skip


def _log(case: models.Case, events: Iterable[Event], at: datetime) -> None:
    """The process log gets the number of its ledger entry when that is written, in the same transaction."""
    op = running()
    line = op.stack[-1]
    log = [
        (case.pk, case.last_event + i, one.verb, one.node, one.round, one.item, one.activation, one.by, one.behalf,
         dict(one.data), at) for i, one in enumerate(events, 1)
    ]  # fmt: skip
    case.last_event += len(log)
    op.written.append(lambda first: insert(models.CaseEvent, LOG, [(*one, first + line) for one in log]))
