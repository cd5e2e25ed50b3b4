"""Limits: for levels that exist, and long enough for their parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opsloop.base.calendar.limits import Limit, Unit, parse
from opsloop.base.kinds.registry import Book, Level, Said
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve, Block, Call, Choose, Parallel, Step, Wait
from opsloop.engine.sops.saying import EVERY
from opsloop.engine.sops.words import Needs
from opsloop.playbook.reader.errors import say

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile

A_DAY, WORKING_DAY = 1440, 480


def limits(obj: SopFile, book: Book) -> Iterator[Said]:
    """Each mapping of limits, then the whole against its parts."""
    levels = [one.id for one in obj.levels]
    yield from _levels("limit", obj.limit, levels)
    for placed in walk.walk(obj.steps):
        block = placed.block
        if isinstance(block, Step | Approve | Call):
            yield from _levels(f"{placed.path}.within", block.within, levels)
        if isinstance(block, Step | Approve) and block.on_overdue and not block.within and not _until(block):
            text = _("Without a time limit it is never overdue.")
            yield Said(f"{placed.path}.on_overdue", text, Level.WARNING, _("Add within:, for instance 2 working days."))
        if isinstance(block, Step | Call) and block.call and block.within:
            yield from _called(placed, block, book, levels)
    yield from _whole(obj, book, levels)


def _until(block: Step | Approve) -> str:
    return block.until if isinstance(block, Step) else ""


def _levels(path: str, within: Mapping[str, str], levels: Sequence[str]) -> Iterator[Said]:
    for key in within:
        if key not in (EVERY, *levels):
            text = say(_("There is no level {level}."), level=key)
            yield Said(f"{path}.{key}", text, Level.ERROR, _("Name one of levels, or write one limit for all."))
    lost = [one for one in levels if within and EVERY not in within and one not in within]
    if lost:
        text = say(_("There is no limit for {levels}."), levels=", ".join(lost))
        yield Said(path, text, Level.WARNING, _("Add one for each level."))


def _whole(obj: SopFile, book: Book, levels: Sequence[str]) -> Iterator[Said]:
    for level in levels or [""]:
        said = walk.limit_of(obj.limit, level)
        if not said:
            continue
        total = parse(said)
        least = _least(obj.steps, level, total.working, book)
        if least > _minutes(total, working=total.working):
            text = say(
                _("The total limit {total} is shorter than its parts: on the shortest way they take {parts} together."),
                total=said, parts=_told(least, working=total.working),
            )  # fmt: skip
            key = level if level in obj.limit else EVERY
            yield Said(f"limit.{key}", text, Level.WARNING, _("Lengthen it, or shorten the limits of steps."))
            return


def _told(minutes: float, *, working: bool) -> str:
    """A sum of limits as people write one: whole days from one day up, hours below."""
    day = WORKING_DAY if working else A_DAY
    unit, size = (Unit.DAYS, day) if minutes >= day else (Unit.HOURS, 60) if minutes >= 60 else (Unit.MINUTES, 1)
    return Limit(_whole_number(minutes / size), unit, working).text()


def _whole_number(amount: float) -> Decimal:
    return Decimal(max(1, round(amount)))


def _called(placed: walk.Placed, block: Step | Call, book: Book, levels: Sequence[str]) -> Iterator[Said]:
    called = book.get("sop", block.call)
    whole = walk.limit_of(called.limit) if called else ""
    own = walk.limit_of(block.within, levels[0] if levels else "")
    if whole and own:
        limit = parse(own)
        if _minutes(parse(whole), working=limit.working) > _minutes(limit, working=limit.working):
            text = say(_("The sub-case has {total}, longer than this step."), total=whole)
            yield Said(f"{placed.path}.within", text, Level.WARNING, _("Lengthen the limit of the step."))


def _least(blocks: Sequence[Block], level: str, working: bool, book: Book) -> float:
    """Minutes that the limits take together on the shortest way through."""
    return sum(_of(one, level, working, book) for one in blocks)


def _of(one: Block, level: str, working: bool, book: Book) -> float:
    inside = [_least(way.steps, level, working, book) for way in walk.ways(one)]
    match one:
        case Parallel():
            waited = [sum_ for sum_, way in zip(inside, walk.ways(one), strict=True) if not way.when]
            return (max if one.needs is Needs.ALL else min)(waited or [0])
        case Choose():
            return min(inside if any(way.otherwise for way in walk.ways(one)) else [*inside, 0])
        case Wait():
            return _minutes(parse(one.wait), working=working) if one.wait else 0
        case Step() | Approve() | Call():
            own = walk.limit_of(one.within, level)
            return _minutes(parse(own), working=working) if own else 0
        case _:
            return sum(inside)


def _minutes(limit: Limit, *, working: bool) -> float:
    """The least that a limit takes in working or in natural minutes: 24 hours hold 8 working hours at most."""
    if working:
        own = int(limit.amount) * WORKING_DAY if limit.unit is Unit.DAYS else float(limit.minutes)
        return own if limit.working or limit.unit is Unit.DAYS else own * WORKING_DAY / A_DAY
    return int(limit.amount) * A_DAY if limit.unit is Unit.DAYS else float(limit.minutes)
