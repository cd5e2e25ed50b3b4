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
from opsloop.engine.sops.words import From, Needs
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
            yield Said(
                f"{placed.path}.on_overdue",
                text,
                Level.WARNING,
                _("Give it a time limit (within:), for instance 2 working days."),
            )
        if isinstance(block, Step | Call) and block.call and block.within:
            yield from _called(placed, block, book, levels)
    yield from _whole(obj, levels)
    yield from _late(obj, levels)


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


def _whole(obj: SopFile, levels: Sequence[str]) -> Iterator[Said]:
    for level in levels or [""]:
        said = walk.limit_of(obj.limit, level)
        if not said:
            continue
        total = parse(said)
        least = _least(obj.steps, level, total.working)
        if least > _minutes(total, working=total.working):
            text = say(
                _("The total limit {total} is shorter than its parts: on the shortest way they take {parts} together."),
                total=said, parts=_told(least, working=total.working),
            )  # fmt: skip
            key = level if level in obj.limit else EVERY
            yield Said(f"limit.{key}", text, Level.WARNING, _("Lengthen it, or shorten the limits of steps."))
            return


def _late(obj: SopFile, levels: Sequence[str]) -> Iterator[Said]:
    """Limits from when it happened that are over before their step begins, if all before take their time."""
    for level in levels or [""]:
        for placed, since, own in _dated(obj, level):
            text = say(
                _("The limit {limit} counts from when it happened, but the steps before take {parts} together."),
                limit=own, parts=_told(since, working=False),
            )  # fmt: skip
            remedy = _("Lengthen it, or shorten the steps before.")
            yield Said(f"{placed.path}.within", text, Level.WARNING, remedy)
            return


def _dated(obj: SopFile, level: str) -> Iterator[tuple[walk.Placed, float, str]]:
    """(where, minutes before it begins, limit) of steps at the top and beside each other whose limit is over by then.

    What stands in a loop may come again, and a way that is chosen may be that of another level: both are left out.
    """
    since = 0.0
    for i, block in enumerate(obj.steps):
        for way in walk.ways(block) if isinstance(block, Parallel) else [walk.Way("", (block,))]:
            at = since
            for j, one in enumerate(way.steps):
                own = walk.limit_of(one.within, level) if isinstance(one, Step | Approve) else ""
                if own and _from_happened(one) and at > _minutes(parse(own), working=False):
                    path = f"steps.{i}.{way.path}.{j}" if way.path else f"steps.{i}"
                    yield walk.Placed(one, path), at, own
                at = _of(one, level, False, at)
        since = _of(block, level, False, since)


def _from_happened(one: Block) -> bool:
    return isinstance(one, Step | Approve) and one.counts_from is From.HAPPENED


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


def _least(blocks: Sequence[Block], level: str, working: bool, since: float = 0) -> float:
    """Minutes from the beginning until the last of them is due on the shortest way through, when the first begins
    `since` minutes after it. A limit from when it happened is a point in time, so it adds nothing to what was before.
    """
    for one in blocks:
        since = _of(one, level, working, since)
    return since


def _of(one: Block, level: str, working: bool, since: float) -> float:
    inside = [_least(way.steps, level, working, since) for way in walk.ways(one)]
    match one:
        case Parallel():
            waited = [end for end, way in zip(inside, walk.ways(one), strict=True) if not way.when]
            return (max if one.needs is Needs.ALL else min)(waited or [since])
        case Choose():
            return min(inside if any(way.otherwise for way in walk.ways(one)) else [*inside, since])
        case Wait():
            return since + (_minutes(parse(one.wait), working=working) if one.wait else 0)
        case Step() | Approve() | Call():
            return _due(one, level, working, since)
        case _:
            return inside[0] if inside else since


def _due(one: Step | Approve | Call, level: str, working: bool, since: float) -> float:
    own = walk.limit_of(one.within, level)
    minutes = _minutes(parse(own), working=working) if own else 0
    return max(since, minutes) if _from_happened(one) else since + minutes


def _minutes(limit: Limit, *, working: bool) -> float:
    """The least that a limit takes in working or in natural minutes: 24 hours hold 8 working hours at most."""
    if working:
        own = int(limit.amount) * WORKING_DAY if limit.unit is Unit.DAYS else float(limit.minutes)
        return own if limit.working or limit.unit is Unit.DAYS else own * WORKING_DAY / A_DAY
    return int(limit.amount) * A_DAY if limit.unit is Unit.DAYS else float(limit.minutes)
