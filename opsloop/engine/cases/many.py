"""Cases that come with what has happened in them, written many at once inside one act: a simulated year, a move from
another house. What is written is what `advance` came to; nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from opsloop.base.things.frame import running
from opsloop.engine.cases import casevalues, models
from opsloop.engine.cases.columns import ACTIVATIONS, GIVEN, ITEMS, NOTHING, TIMERS, VOTES, Columns, R
from opsloop.engine.cases.flow import state as flow
from opsloop.engine.cases.flow.outcome import Event
from opsloop.engine.cases.rows import insert_many, parts
from opsloop.engine.cases.store import LOG, put_head

PART = 500
"""Things per statement, below the databases' limits on parameters."""


@dataclass
class Come:
    """A case as it stands. `case`: the unsaved row with edition, title, key, initiator and department.

    log: each line of the process log with its moment; given: what was given under which authority, by vote; above: the
    one that called it, which must come in the same act.
    """

    case: models.Case
    state: flow.State
    log: list[tuple[Event, datetime]] = field(default_factory=list)
    given: dict[int, tuple[str, Decimal]] = field(default_factory=dict)
    above: Come | None = None
    parent_activation: int | None = None


def put(coming: Sequence[Come]) -> list[models.Case]:
    """Write them. The process log bears the ledger entry of the act that runs."""
    cases = [_head(one) for one in coming]
    for wave in _waves(coming):
        for one in wave:
            one.case.parent = one.above.case if one.above else None
        models.Case.objects.bulk_create([one.case for one in wave], batch_size=PART)
    _rows(ACTIVATIONS, [(one, row) for one in coming for row in one.state.activations.values()])
    _rows(ITEMS, [(one, row) for one in coming for row in one.state.items.values()])
    _rows(TIMERS, [(one, row) for one in coming for row in one.state.timers.values()])
    insert_many(VOTES.table, ("case_id", *VOTES.names, *GIVEN), (
        (one.case.pk, *VOTES.values(vote), *one.given.get(vote.no, NOTHING))
        for one in coming for vote in one.state.votes.values()
    ))  # fmt: skip
    _candidates([one.pk for one in cases])
    _log(coming)
    return cases


def _waves(coming: Iterable[Come]) -> Iterator[list[Come]]:
    """Whoever calls comes before whom it calls."""
    by_depth: dict[int, list[Come]] = {}
    for one in coming:
        depth, above = 0, one.above
        while above is not None:
            depth, above = depth + 1, above.above
        by_depth.setdefault(depth, []).append(one)
    yield from (by_depth[depth] for depth in sorted(by_depth))


def _head(one: Come) -> models.Case:
    case, head = one.case, one.state.head
    put_head(case, head, casevalues.plain(head.values))
    case.last_event, case.revision = len(one.log), head.rev
    case.parent_activation = one.parent_activation
    return case


def _rows(columns: Columns[R], rows: Iterable[tuple[Come, R]]) -> None:
    made = ((one.case.pk, *columns.values(row)) for one, row in rows)
    insert_many(columns.table, ("case_id", *columns.names), made)


def _candidates(cases: Sequence[int]) -> None:
    for part in parts(cases, PART):
        waiting = models.WorkItem.objects.filter(case_id__in=part, status=flow.Status.OPEN, assignee=None)
        models.Candidate.objects.bulk_create(
            models.Candidate(item_id=pk, person_id=person)
            for pk, candidates in waiting.values_list("pk", "candidates") for person in candidates
        )  # fmt: skip


def _log(coming: Sequence[Come]) -> None:
    op = running()
    line = op.stack[-1]

    def write(first: int) -> None:
        insert_many(models.CaseEvent, LOG, (
            (one.case.pk, i, event.verb, event.node, event.round, event.item, event.activation, event.by, event.behalf,
             dict(event.data), at, first + line)
            for one in coming for i, (event, at) in enumerate(one.log, 1)
        ))  # fmt: skip

    op.written.append(write)
