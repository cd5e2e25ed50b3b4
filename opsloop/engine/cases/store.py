"""Rows to flow.state and back. What is closed is read only where a command looks back, so long cases stay quick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model, Q

from opsloop.base.things.frame import running
from opsloop.engine.cases import models
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
    mine = Q(case_id=case.pk)
    if back:
        acts, items, votes = (
            list(table.objects.filter(mine)) for table in (models.Activation, models.WorkItem, models.Vote)
        )
    else:
        acts = list(models.Activation.objects.filter(mine, status="open"))
        numbers = [one.no for one in acts]
        items = list(models.WorkItem.objects.filter(mine & (Q(activation__in=numbers) | Q(kind="copy") | Q(no=item))))
        votes = list(models.Vote.objects.filter(mine, activation__in=numbers))
    timers = list(models.Timer.objects.filter(mine, fired=None, closed=False))
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


def _read(cls: type[R], rows: Iterable[Any]) -> dict[int, R]:
    return {row.no: _typed(cls, row) for row in rows}


def _typed(cls: type[R], row: Any) -> R:
    values: dict[str, Any] = {}
    for one in fields(cls):
        value = getattr(row, f"{one.name}_id" if one.name in PEOPLE[cls] else one.name)
        made = ENUMS.get((cls, one.name))
        values[one.name] = made(value) if made else tuple(value) if one.name in LISTS else value
    return cls(**values)


def _columns(row: R) -> dict[str, Any]:
    cls = type(row)
    return {
        (f"{one.name}_id" if one.name in PEOPLE[cls] else one.name): list(value) if one.name in LISTS else value
        for one in fields(cls) for value in [getattr(row, one.name)]
    }  # fmt: skip


Given = Mapping[int, tuple[str, Decimal]]
"""Vote -> the authority that was used, and the amount."""


def save(
    case: models.Case, before: flow.State, out: Outcome, plain: Mapping[str, Any], given: Given, at: datetime
) -> None:
    """Write what has changed; inside the act. plain: the values as JSON."""
    head = out.state.head
    for name in HEAD:
        setattr(case, name, getattr(head, name))
    case.status, case.values = str(head.status), dict(plain)
    case.doers = {node: list(people) for node, people in head.doers.items()}
    case.kept = {key: [dict(one) for one in told] for key, told in head.kept.items()}
    _put(models.Activation, case, before.activations, out.changes.activations)
    _put(models.WorkItem, case, before.items, out.changes.items)
    _candidates(case, out.changes.items)
    _put(models.Vote, case, before.votes, out.changes.votes, given)
    _put(models.Timer, case, before.timers, out.timers)
    _log(case, out.events, at)
    case.save()


def _put(table: type[Model], case: models.Case, before: Mapping[int, Any], rows: Iterable[Any],
         given: Mapping[int, tuple[str, Decimal]] | None = None) -> None:  # fmt: skip
    made = []
    for row in rows:
        columns = _columns(row)
        if given and row.no in given:
            columns["authority"], columns["amount"] = given[row.no]
        if row.no in before:
            old = _columns(before[row.no])
            changed = {name: value for name, value in columns.items() if old.get(name) != value}
            table._default_manager.filter(case_id=case.pk, no=row.no).update(**changed)
        else:
            made.append(table(case_id=case.pk, **columns))
    if made:
        table._default_manager.bulk_create(made)


def _candidates(case: models.Case, items: Iterable[flow.Item]) -> None:
    """Those who may take it stand in an index of their own, while nobody has it."""
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
    rows = [
        models.CaseEvent(
            case_id=case.pk, seq=case.last_event + i, verb=one.verb, node=one.node, round=one.round, item=one.item,
            activation=one.activation, by_id=one.by, behalf_id=one.behalf, data=dict(one.data), at=at,
        ) for i, one in enumerate(events, 1)
    ]  # fmt: skip
    case.last_event += len(rows)

    def write(first: int) -> None:
        for row in rows:
            row.entry = first + line
        models.CaseEvent.objects.bulk_create(rows)

    op.written.append(write)
