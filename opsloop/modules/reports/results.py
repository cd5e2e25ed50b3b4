"""三、结果: breakdowns, further figures, alerts and what is overdue, one line each; and the table of all figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.people import posts
from opsloop.data.metrics.api import Breakdown, Part
from opsloop.data.metrics.durations import duration
from opsloop.engine.assignments.api import Assignment
from opsloop.engine.assignments.models import RUNNING
from opsloop.engine.assignments.queries import LIMIT
from opsloop.modules.reports.asking import Said
from opsloop.modules.reports.definition import Group
from opsloop.modules.reports.document import Block, Column, Listing, Table, Words, words
from opsloop.modules.reports.figuring import Maker
from opsloop.modules.reports.glue import comma, semicolon
from opsloop.modules.reports.overview import before_name, nothing
from opsloop.modules.reports.slots import joined, said
from opsloop.modules.reports.words import Against, Includes, dimension_name

if TYPE_CHECKING:
    from opsloop.modules.reports.drafting import Evidence

SAME, OTHER = 4, 2
"""Of a split, so many parts that moved with the whole are named, and so many against it."""
MOST_LINES, MOST_ALERTS = 4, 5


def result(evidence: Evidence, maker: Maker) -> Iterator[Block]:
    items = [one for one in _items(evidence, maker) if one]
    if items:
        yield Listing(tuple(items), ordered=True)
    yield figures_table(evidence, maker)


def _items(evidence: Evidence, maker: Maker) -> Iterator[Words]:
    for name, why in evidence.numbers.why.items():
        yield from broken_down(evidence.numbers.metrics[name], why, maker)
    for n, group in enumerate(evidence.obj.groups):
        yield _by_value(n, group, evidence, maker) if group.by else _group(n, group, evidence, maker)
    if Includes.ALERTS in evidence.obj.includes and evidence.alerts:
        yield _alerts(evidence)
    if Includes.LATE in evidence.obj.includes:
        yield _late(maker)


def broken_down(one: Said, why: Breakdown, maker: Maker) -> Iterator[Words]:
    """The factors with their sum, then each split with its largest parts."""
    whole = maker.difference(one, why)
    if whole is None:
        yield words(_t("{title} cannot be broken down: {why}").format(title=one.title, why=why.why))
        return
    factors = maker.factors(one, why)
    if factors:
        parts = [said(_t("{name} contributes {effect}"), name=name, effect=effect) for name, effect in factors]
        yield said(_t("{title} broken down: {parts}, together {whole}."),
                   title=one.title, parts=joined(parts, comma()), whole=whole)  # fmt: skip
    for split in why.splits:
        same, other = sides(split.parts, why.difference or 0.0)
        groups = [[_part(one, why, split.by, part, maker) for part in parts] for parts in (same, other) if parts]
        if groups:
            text = joined([joined(group, comma()) for group in groups], semicolon())
            yield said(_t("{title} by {dimension}: {parts}."), title=one.title,
                       dimension=dimension_name(split.by), parts=text)  # fmt: skip


def sides(parts: Sequence[Part], difference: float) -> tuple[list[Part], list[Part]]:
    """(those that moved with the whole, those against it), the largest first; parts without any effect are left out."""
    known = sorted((one for one in parts if one.effect and not one.overlap), key=lambda one: -abs(one.effect))
    down = difference < 0
    same = [one for one in known if (one.effect < 0) == down]
    return same[:SAME], [one for one in known if (one.effect < 0) != down][:OTHER]


def _part(one: Said, why: Breakdown, dim: str, part: Part, maker: Maker) -> Words:
    name = part.name if part.name is not None else _t("unknown")
    return said("{name} {effect}", name=name, effect=maker.part(one, why, dim, part))


def _group(n: int, group: Group, evidence: Evidence, maker: Maker) -> Words:
    """客户：购买客户数 1,342 户（−1.0%），复购率 84.4%（−0.1 个百分点）。"""
    lines = [one for name in group.metrics if (one := _line(evidence.numbers.metrics.get(name), maker))]
    lines += [one for one in (_firsts(n, group, evidence, maker),) if one]
    return said(_t("{title}: {lines}."), title=group.title, lines=joined(lines, comma())) if lines else ()


def _firsts(n: int, group: Group, evidence: Evidence, maker: Maker) -> Words:
    """按销售额前 20% 的 494 户（2025-11-30 起）占 54.6%，其中 6 户沉默 ≥21 天。"""
    first, found = group.first, evidence.numbers.firsts.get(n)
    if first is None or found is None:
        return ()
    one = evidence.numbers.metrics[first.metric]
    count, share, silent = maker.firsts(one, first, found)
    return said(
        _t("the first {percent}% by {title} since {since} ({count}) have {share} of it, {silent} of them silent for "
           "{span} or more"),
        percent=str(first.percent), title=one.title, since=found.since.isoformat(), count=count, share=share,
        silent=silent, span=duration(first.silent).said,
    )  # fmt: skip


def _line(one: Said | None, maker: Maker) -> Words:
    if one is None:
        return ()
    value, change = maker.value(one), maker.change(one, Against.PREVIOUS)
    if value is None:
        text = _t("{title} to be connected") if one.waiting else _t("{title} without a value")
        return words(text.format(title=one.title))
    if change is None:
        return said("{title} {value}", title=one.title, value=value)
    return said(_t("{title} {value} ({change})"), title=one.title, value=value, change=change)


def _by_value(n: int, group: Group, evidence: Evidence, maker: Maker) -> Words:
    """活动：18 号 205/1,133 = 18.1%，the largest first."""
    lines: list[Words] = []
    for name in group.metrics:
        one, found = evidence.numbers.metrics.get(name), evidence.numbers.groups.get((n, name))
        if one is None or found is None or found.waiting:
            lines.append(_line(one, maker))
            continue
        rows = [row for row in found.rows if row.period == evidence.period.since and row.value is not None]
        rows.sort(key=lambda row: -(row.under or row.value or 0.0))
        for row in rows[:MOST_LINES]:
            figure, both = maker.of_group(one, group.by, row), maker.sides(one, group.by, row)
            label = row.dims[0] or _t("unknown")
            if figure is not None and both is not None:
                lines.append(said(_t("no. {name} {value} ({over} of {under})"), name=label, value=figure,
                                  over=both[0], under=both[1]))  # fmt: skip
            elif figure is not None:
                lines.append(said("{name} {value}", name=label, value=figure))
    known = [one for one in lines if one]
    return said(_t("{title}: {lines}."), title=group.title, lines=joined(known, comma())) if known else ()


def _alerts(evidence: Evidence) -> Words:
    titles = posts.titles()
    lines: list[Words] = []
    for one in evidence.alerts[:MOST_ALERTS]:
        owner = titles.get(one.owner, one.owner)
        person = one.acknowledged_by.name if one.acknowledged_by else ""
        who = f"{owner} · {person}" if person else owner
        lines.append(words(_t("{alert} ({day}, {state}, {who})").format(
            alert=one.name, day=f"{one.last_day:%m-%d}", state=one.get_state_display(), who=who)))  # fmt: skip
    more = len(evidence.alerts) - MOST_ALERTS
    if more > 0:
        lines.append(words(_t("{n} more").format(n=more)))
    return said(_t("Alerts: {lines}."), lines=joined(lines, comma()))


def _late(maker: Maker) -> Words:
    """Assignments in work and overdue at the moment of drafting; nothing where there is none."""
    rows = Assignment.objects.annotate(limit=LIMIT).filter(state__in=RUNNING)
    running, late = rows.count(), rows.filter(limit__lt=timezone.now()).count()
    if not running:
        return ()
    every = maker.count("assignments.running", running, _t("Assignments in work"), href="/assignments/all/")
    overdue = maker.count("assignments.late", late, _t("Overdue assignments"), href="/assignments/all/?late=1")
    return said(_t("Assignments: {every} in work, {overdue} overdue."), every=every, overdue=overdue)


def figures_table(evidence: Evidence, maker: Maker) -> Table:
    """Every metric with its comparisons. What waits is named in the overview, not by a row of dashes."""
    week = evidence.period.grain == "week"
    heads = [Column(_t("Metric"), wide=2), Column(_t("Value"), number=True)]
    against = [one for one in (Against.PREVIOUS, Against.USUAL, Against.YEAR, Against.TARGET)
               if one in evidence.obj.against]  # fmt: skip
    against = [one for one in against if _known(one, evidence)]
    names = {
        Against.PREVIOUS: before_name(evidence.period.grain),
        Against.USUAL: _t("mean of 12 weeks") if week else _t("mean of 12 months"),
        Against.YEAR: _t("last year"), Against.TARGET: _t("target reached"),
    }  # fmt: skip
    heads += [Column(names[one], number=True) for one in against]
    rows = [_row(one, against, maker) for one in evidence.numbers.metrics.values() if not one.waiting]
    note = ""
    years = [row.compared.get(Against.YEAR) for row in evidence.numbers.metrics.values()]
    if Against.YEAR in evidence.obj.against and not any(row is not None and row.then is not None for row in years):
        note = _t("There is no data of the same period last year.")
    return Table(_t("All figures"), tuple(heads), tuple(rows), words(note))


def _known(word: Against, evidence: Evidence) -> bool:
    """Has any metric something to compare with? A column of dashes says nothing."""
    rows = (one.compared.get(word) for one in evidence.numbers.metrics.values())
    return any(row is not None and row.then is not None for row in rows)


def _row(one: Said, against: Sequence[Against], maker: Maker) -> tuple[Words, ...]:
    value = maker.value(one)
    cells: list[Words] = [words(one.title), (value,) if value is not None else (nothing(one),)]
    for word in against:
        figure = maker.share(one, word) if word == Against.TARGET else maker.change(one, word)
        cells.append((figure,) if figure is not None else words("—"))
    return tuple(cells)
