"""Rows to flow.state and back. What is closed is read only where a command looks back, so long cases stay quick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model

from opsloop.base.things.frame import running
from opsloop.engine.cases import models, rows
from opsloop.engine.cases.flow import state as flow
from opsloop.engine.cases.flow.outcome import Event, Outcome

R = TypeVar("R", flow.Activation, flow.Item, flow.Vote, flow.Timer)

PEOPLE = {
    flow.Activation: (), flow.Item: ("assignee", "owner", "by", "behalf"), flow.Vote: ("by", "behalf"), flow.Timer: (),
}  # fmt: skip
LISTS = {"needs", "candidates", "notify"}
ENUMS: dict[tuple[type, str], type] = {
    (flow.Activation, "status"): flow.Status, (flow.Item, "status"): flow.Status, (flow.Item, "kind"): flow.Work,
    (flow.Timer, "kind"): flow.Alert,
}  # fmt: skip
HEAD = (
    "level", "judged", "started", "happened", "due", "suspended", "ended", "last_no", "acted", "approved",
)  # fmt: skip


def load(case: models.Case, values: Mapping[str, object], item: int | None, *, back: bool) -> flow.State:
    """Where the case stands; `item` is read even if it is closed. values: those of the case by their types."""
    mine = "case_id = %s"
    if back:
        acts = rows.read(models.Activation, mine, case.pk)
        items = rows.read(models.WorkItem, mine, case.pk)
        votes = rows.read(models.Vote, mine, case.pk)
    else:
        acts = rows.read(models.Activation, f"{mine} and status = 'open'", case.pk)
        numbers = [one["no"] for one in acts]
        within = f"{mine} and (activation in ({rows.marks(numbers)})"
        items = rows.read(models.WorkItem, f"{within} or kind = 'copy' or no = %s)", case.pk, *numbers, item)
        decides = any(one["kind"] == flow.Work.APPROVE for one in items)
        votes = rows.read(models.Vote, f"{within})", case.pk, *numbers) if decides else []
    timers = rows.read(models.Timer, f"{mine} and fired is null and not closed", case.pk)
    return flow.State(
        _head(case, values), _read(flow.Activation, acts), _read(flow.Item, items), _read(flow.Vote, votes),
        _read(flow.Timer, timers),
    )  # fmt: skip


def _head(case: models.Case, values: Mapping[str, object]) -> flow.Head:
    same = {name: getattr(case, name) for name in HEAD}
    doers = {node: tuple(people) for node, people in case.doers.items()}
    kept = {key: tuple(told) for key, told in case.kept.items()}
    return flow.Head(
        status=flow.CaseStatus(case.status), initiator=case.initiator_id, values=values, rev=case.revision, doers=doers,
        kept=kept, **same,
    )  # fmt: skip


def _read(cls: type[R], found: Iterable[Mapping[str, Any]]) -> dict[int, R]:
    return {row["no"]: _typed(cls, row) for row in found}


def _typed(cls: type[R], row: Mapping[str, Any]) -> R:
    values: dict[str, Any] = {}
    for one in fields(cls):
        value = row[f"{one.name}_id" if one.name in PEOPLE[cls] else one.name]
        made = ENUMS.get((cls, one.name))
        values[one.name] = made(value) if made else tuple(value) if one.name in LISTS else value
    return cls(**values)


def _columns(row: R) -> dict[str, Any]:
    cls = type(row)
    return {
        (f"{one.name}_id" if one.name in PEOPLE[cls] else one.name): list(value) if one.name in LISTS else value
        for one in fields(cls) for value in [getattr(row, one.name)]
    }  # fmt: skip


LOG = (
    "case_id", "seq", "verb", "node", "round", "item", "activation", "by_id", "behalf_id", "data", "at", "entry",
)  # fmt: skip
Given = Mapping[int, tuple[str, Decimal]]
"""Vote -> the authority that was used, and the amount."""
EMPTY: Mapping[type[Model], Mapping[str, Any]] = {models.Vote: {"authority": "", "amount": None}}
"""Columns that the pure core does not know, where nothing is given."""


def save(
    case: models.Case, before: flow.State, out: Outcome, plain: Mapping[str, Any], given: Given, at: datetime
) -> None:
    """Write what has changed; inside the act. plain: the values as JSON."""
    put_head(case, out.state.head, plain)
    _put(models.Activation, case, before.activations, out.changes.activations)
    _put(models.WorkItem, case, before.items, out.changes.items)
    _candidates(case, before.items, out.changes.items)
    _put(models.Vote, case, before.votes, out.changes.votes, given)
    _put(models.Timer, case, before.timers, out.timers)
    _log(case, out.events, at)
    case.save()


def put_head(case: models.Case, head: flow.Head, plain: Mapping[str, Any]) -> None:
    """The head of a state as the case's columns; saved by whoever calls."""
    for name in HEAD:
        setattr(case, name, getattr(head, name))
    case.status, case.values = str(head.status), dict(plain)
    case.doers = {node: list(people) for node, people in head.doers.items()}
    case.kept = {key: [dict(one) for one in told] for key, told in head.kept.items()}


def _put(table: type[Model], case: models.Case, before: Mapping[int, Any], made: Iterable[Any],
         given: Given | None = None) -> None:  # fmt: skip
    new, changed = [], {}
    for row in made:
        columns = _columns(row)
        if given and row.no in given:
            columns["authority"], columns["amount"] = given[row.no]
        if row.no in before:
            old = _columns(before[row.no])
            changed[row.no] = {name: value for name, value in columns.items() if old.get(name) != value}
        else:
            new.append({**EMPTY.get(table, {}), "case_id": case.pk, **columns})
    rows.update(table, case.pk, changed)
    rows.insert(table, list(new[0]) if new else [], [list(one.values()) for one in new])


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
    op.written.append(lambda first: rows.insert(models.CaseEvent, LOG, [(*one, first + line) for one in log]))
