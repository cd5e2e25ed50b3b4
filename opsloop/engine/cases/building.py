"""The program that runs, made from an SOP's file. Limits, people and conditions are as written in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, cast

from django.db import connection
from django.utils import timezone

from opsloop.base.kinds.loading import typed
from opsloop.base.kinds.registry import kinds
from opsloop.engine.cases import program as run
from opsloop.engine.cases.models import Case, Edition
from opsloop.engine.sops import blocks as sop
from opsloop.engine.sops.definition import SopFile, Start
from opsloop.engine.sops.expressions import Expr, ExpressionError, evaluate, holds, judge, parse, resolve
from opsloop.engine.sops.scope import scope_of_sop
from opsloop.engine.sops.walk import block_id, walk
from opsloop.engine.sops.words import How

ADMIN = "system-admin"
EVERY, SUBJECT = "*", "subject."


def definition(edition: Edition) -> SopFile:
    """The file of an edition."""
    return _known(edition)[0]


def program(edition: Edition) -> run.Program:
    """The program of an edition."""
    return _known(edition)[1]


def of(case: Case) -> tuple[SopFile, run.Program]:
    """The file and the program of a case; of its edition only the hash is read, and once, where both are ready."""
    if case.seen_edition is None or case.seen_edition[0] != case.edition_id:
        with connection.cursor() as cursor:
            cursor.execute(f"select sha256 from {Edition._meta.db_table} where id = %s", [case.edition_id])  # noqa: S608
            case.seen_edition = case.edition_id, *cursor.fetchone()
    return _made.get((case.sop, case.seen_edition[1])) or _known(case.edition)


_made: dict[tuple[str, str], tuple[SopFile, run.Program]] = {}
MOST = 128
"""So many versions are kept ready; by their hash, so what is kept never grows old."""


def _known(edition: Edition) -> tuple[SopFile, run.Program]:
    key = (edition.sop, edition.sha256)
    if key not in _made:
        file = cast("SopFile", typed(kinds["sop"].cls, edition.definition))
        if len(_made) >= MOST:
            _made.pop(next(iter(_made)))
        _made[key] = file, built(edition.sop, file)
    return _made[key]


def built(ident: str, file: SopFile) -> run.Program:
    """What runs."""
    return _Builder(ident, file).program()


class _Builder:
    def __init__(self, ident: str, file: SopFile) -> None:
        self.ident, self.file = ident, file
        self.scope = scope_of_sop(file)
        self.scopes = {block_id(one.block): scope_of_sop(file, one.around) for one in walk(file.steps) if one.around}

    def program(self) -> run.Program:
        file = self.file
        own = {one.field for one in file.start.form if _own(one.field)}
        form = (
            *_entries(file.start.form),
            *(run.Entry(one.id, run.May.WRITE) for one in file.fields if one.id not in own),
        )
        return run.Program(
            self.ident, file.title, self.body("main", file.steps), file.owner, ADMIN, _limit(file.limit),
            tuple(run.Level(one.id, self.rule(one.when) if one.when else _always) for one in file.levels),
            run.Takes(file.withdraw.value), form, self.doing(file.start, ""),
            tuple(self.rule(one.when) for one in file.raises),
        )  # fmt: skip

    def rule(self, text: str, at: str = "", *, value: bool = False) -> run.Rule:
        """A condition, or with `value` what the text is worth. at: the block, whose loops have rows of their own."""
        expr: Expr = resolve(parse(text), self.scopes.get(at, self.scope))

        def ask(values: run.Values) -> object:
            now = values.get("now")
            known = {**values, "today": timezone.localdate(now) if isinstance(now, datetime) else None}
            return evaluate(expr, known) if value else holds(expr, known)

        return ask

    def maybe(self, text: str, at: str, *, value: bool = False) -> run.Rule | None:
        return self.rule(text, at, value=value) if text else None

    def moment(self, text: str, at: str) -> run.Rule | None:
        """What is waited for: a condition, or a moment. A day means that it has begun where the company is."""
        asked = self.maybe(text, at, value=True)
        if asked is None:
            return None

        def ask(values: Mapping[str, object]) -> object:
            answer = asked(values)
            if isinstance(answer, date) and not isinstance(answer, datetime):
                return timezone.make_aware(datetime.combine(answer, time.min))
            return answer

        return ask

    def body(self, ident: str, steps: Iterable[sop.Block]) -> run.Sequence:
        return run.Sequence(id=f"{ident}/steps", blocks=tuple(self.block(one) for one in steps))

    def block(self, one: sop.Block) -> run.Block:
        ident = block_id(one)
        match one:
            case sop.Step():
                return self.step(one)
            case sop.Approve():
                return self.approve(one)
            case sop.Parallel():
                ways = tuple(
                    run.Branch(self.body(f"{ident}/{i}", way.steps), self.maybe(way.when, ident))
                    for i, way in enumerate(one.parallel, 1)
                )
                return run.Parallel(id=ident, title=one.title, branches=ways, any=one.needs == "any")
            case sop.Choose():
                ways = tuple(
                    run.Branch(self.body(f"{ident}/{i}", way.steps), self.maybe(way.when, ident))
                    for i, way in enumerate(one.ways, 1)
                )
                rest = self.body(f"{ident}/rest", one.rest) if one.rest else None
                return run.Choose(id=ident, title=one.title, branches=ways, otherwise=rest)
            case _:
                return self.further(one, ident)

    def further(self, one: sop.Block, ident: str) -> run.Block:
        match one:
            case sop.ForEach():
                body, over = self.body(ident, one.steps), self.rule(one.for_each, ident, value=True)
                return run.ForEach(id=ident, title=one.title, over=over, name=one.as_, body=body)
            case sop.RepeatUntil():
                body = self.body(ident, one.steps)
                return run.Repeat(
                    id=ident, title=one.title, until=self.rule(one.repeat_until, ident), body=body, at_most=one.at_most
                )
            case sop.Wait():
                limit = run.Limit(one.wait) if one.wait else None
                until = self.moment(one.until, ident)
                return run.Wait(id=ident, title=one.title, limit=limit, until=until, message=one.message)
            case sop.Notify():
                return run.Notify(id=ident, title=one.title, notify=one.notify, say=one.say)
            case sop.Call():
                return run.Call(id=ident, title=one.title, sop=one.call, gives=self.given(one, ident))
            case _:
                raise TypeError(f"no block of an SOP: {type(one).__name__}")

    def doing(self, one: sop.Step | sop.Approve | Start, at: str) -> run.Doing | None:
        """The act; what belongs to the subject is its values."""
        if not one.act:
            return None
        asks = tuple(
            run.Entry(each.field.removeprefix(SUBJECT), run.May(each.may.value)) for each in one.form
            if not _own(each.field)
        )  # fmt: skip
        return run.Doing(one.act, {} if isinstance(one, Start) else self.given(one, at), asks)

    def given(self, one: sop.Step | sop.Approve | sop.Call, at: str) -> dict[str, run.Rule]:
        """What `with` says: worth of an expression over what the case knows, else the text as it stands."""
        return {name: self.worth(text, at) for name, text in one.with_.items()}

    def worth(self, text: str, at: str) -> run.Rule:
        try:
            known = not judge(parse(text), self.scopes.get(at, self.scope))[1]
        except ExpressionError:
            known = False
        return self.rule(text, at, value=True) if known else lambda _values: text

    def step(self, one: sop.Step) -> run.Step:
        return run.Step(
            id=one.id, title=one.title, do=one.do, form=_entries(one.form), evidence=one.evidence,
            checklist=one.checklist, timing=_timing(one), apart=one.not_same_as,
            until=self.moment(one.until, one.id), call=one.call, consult=one.consult,
            doing=self.doing(one, one.id), gives=self.given(one, one.id) if one.call else {}, reading=one.reading,
            inform=one.inform,
            authority=one.limit, amount=self.maybe(one.amount, one.id, value=True),
        )  # fmt: skip

    def approve(self, one: sop.Approve) -> run.Approve:
        seats = tuple(run.Seat(each.by, self.maybe(each.when, one.id), each.limit) for each in one.approve)
        return run.Approve(
            id=one.id, title=one.title, seats=seats, how=run.How(one.how.value), at_least=one.at_least or len(seats),
            veto=one.veto and one.how != How.ANY, amount=self.maybe(one.amount, one.id, value=True),
            timing=_timing(one), on_reject=one.on_reject or run.START, apart=one.not_same_as, form=_entries(one.form),
            evidence=one.evidence, checklist=one.checklist, consult=one.consult, inform=one.inform,
            doing=self.doing(one, one.id), reading=one.reading,
        )  # fmt: skip


def _always(_values: run.Values) -> object:
    return True


def _own(name: str) -> bool:
    """Of the case itself; what belongs to its subject is saved by the step's act."""
    return not name.startswith(SUBJECT)


def _entries(asked: Iterable[sop.Asked]) -> tuple[run.Entry, ...]:
    return tuple(run.Entry(one.field, run.May(one.may.value)) for one in asked if _own(one.field))


def _limit(within: Mapping[str, str]) -> run.Limit | None:
    return run.Limit(within.get(EVERY, ""), {k: v for k, v in within.items() if k != EVERY}) if within else None


def _share(text: str) -> Decimal:
    return Decimal(text.strip().rstrip("%％")) / 100


def _timing(one: Any) -> run.Timing | None:
    limit = _limit(one.within)
    if limit is None:
        return None
    late = one.on_overdue
    again = tuple(run.Alarm(_share(each.at), (each.notify,)) for each in late.again) if late else ()
    happened = one.counts_from.value == "happened"
    return run.Timing(limit, happened, _share(one.warn), (late.notify,) if late else (), again)
