"""一、概述: the figures that are read first, and what they say in four sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t
from django.utils.translation import ngettext as _n

from opsloop.engine.monitors.api import State
from opsloop.modules.reports.asking import Said
from opsloop.modules.reports.document import Block, Figure, Paragraph, Tile, Tiles, Words, words
from opsloop.modules.reports.figuring import Maker
from opsloop.modules.reports.glue import comma, semicolon, space, stop
from opsloop.modules.reports.slots import joined, said
from opsloop.modules.reports.words import Against, Includes

if TYPE_CHECKING:
    from opsloop.modules.reports.drafting import Evidence

MOST_TILES = 6


def overview(evidence: Evidence, maker: Maker) -> Iterator[Block]:
    shown = [evidence.numbers.metrics[one] for one in evidence.obj.shows if one in evidence.numbers.metrics]
    if not shown:
        yield Paragraph(words(_t("None of the metrics of this report is in force.")), "warning")
        return
    yield Tiles(tuple(_tile(one, evidence, maker) for one in shown[:MOST_TILES]))
    sentences = [one for one in (
        headline(shown[0], evidence, maker), _moved_by(shown[0], evidence, maker), _others(shown, maker),
        pace(shown[0], maker), _alerts(evidence, maker), _drifts(evidence, maker),
    ) if one]  # fmt: skip
    yield Paragraph(joined(sentences, space()), "lead")
    waiting = [one for one in evidence.numbers.metrics.values() if one.waiting]
    if waiting:
        text = _t("Not connected yet: {names}.").format(names=comma().join(one.title for one in waiting))
        yield Paragraph(words(text), "note")


def _tile(one: Said, evidence: Evidence, maker: Maker) -> Tile:
    figure = maker.value(one)
    if figure is None:
        why = one.waiting or str(one.row.why if one.row else "") or _t("no rows in this period")
        return Tile(one.title, nothing(one), words(why))
    return Tile(one.title, figure, beside(one, evidence, maker))


def nothing(one: Said) -> Figure:
    """Stands where there is no figure."""
    return Figure(one.metric, None, _t("to be connected") if one.waiting else "—", metric=one.metric, title=one.title)


def beside(one: Said, evidence: Evidence, maker: Maker) -> Words:
    """The change on the period before, else what there is."""
    change = maker.change(one, Against.PREVIOUS)
    if change is None:
        return words(_t("nothing to compare with"))
    return said(_t("{change} on {period}"), change=change, period=before_name(evidence.period.grain))


def before_name(grain: str) -> str:
    return _t("the week before") if grain == "week" else _t("the month before")


def headline(one: Said, evidence: Evidence, maker: Maker) -> Words:
    """销售额 86,923（环比 −6.5%，前 12 周均值 88,615 的 98.1%；无去年同期数据）。"""
    value = maker.value(one)
    if value is None:
        return words(_t("{title} has no value in this period.").format(title=one.title))
    compared = comparisons(one, evidence, maker)
    return said(
        _t("{title} {value} ({compared})."),
        title=one.title,
        value=value,
        compared=joined(compared, semicolon()),
    )


def comparisons(one: Said, evidence: Evidence, maker: Maker) -> list[Words]:
    """Each comparison that the report wants, or that there is none."""
    out: list[Words] = []
    week = evidence.period.grain == "week"
    if (change := maker.change(one, Against.PREVIOUS)) is not None:
        out.append(said(_t("{change} on {period}"), change=change, period=before_name(evidence.period.grain)))
    usual, share = maker.then(one, Against.USUAL), maker.share(one, Against.USUAL)
    if usual is not None and share is not None:
        text = _t("{share} of the mean of the twelve weeks before, {usual}") if week else _t(
            "{share} of the mean of the twelve months before, {usual}")  # fmt: skip
        out.append(said(text, share=share, usual=usual))
    if Against.YEAR in evidence.obj.against:
        year = maker.change(one, Against.YEAR)
        out.append(said(_t("{change} on last year"), change=year) if year is not None else words(
            _t("no data of the same period last year")))  # fmt: skip
    reached = maker.share(one, Against.TARGET)
    if reached is not None:
        out.append(said(_t("{share} of the target"), share=reached))
    return out or [words(_t("nothing to compare with"))]


def _moved_by(one: Said, evidence: Evidence, maker: Maker) -> Words:
    """Which of the two factors moved it more; arithmetic, not a cause."""
    why = evidence.numbers.why.get(one.metric)
    factors = maker.factors(one, why) if why is not None else []
    if len(factors) != 2 or why is None or not why.difference:
        return ()
    (first, a), (second, b) = sorted(factors, key=lambda pair: -abs(pair[1].value or 0))
    return said(
        _t("Mostly by {first}, which contributes {a}; {second} contributes {b}."), first=first, a=a, second=second, b=b
    )


def _others(shown: list[Said], maker: Maker) -> Words:
    """订单数 +0.6%，客单价 −7.0%。"""
    parts = [
        said("{title} {change}", title=one.title, change=change)
        for one in shown[1:MOST_TILES]
        if (change := maker.change(one, Against.PREVIOUS)) is not None
    ]
    return joined([joined(parts, comma()), words(stop())], "") if parts else ()


def pace(one: Said, maker: Maker) -> Words:
    """本月达成 61%，时间进度 55%。"""
    both = maker.month(one)
    if both is None:
        return ()
    return said(_t("The month has reached {reached} of its target with {pace} of its time over."),
                reached=both[0], pace=both[1])  # fmt: skip


def _alerts(evidence: Evidence, maker: Maker) -> Words:
    alerts = evidence.alerts
    if not alerts:
        return words(_t("No alerts.")) if Includes.ALERTS in evidence.obj.includes else ()
    open_ = [one for one in alerts if one.state == State.OPEN]
    n = maker.count("alerts", len(alerts), _t("Alerts of the period"), href="/monitors/")
    some = said(_n("{n} alert", "{n} alerts", len(alerts)), n=n)
    if not open_:
        return said(_t("{some}, each acknowledged."), some=some)
    waiting = maker.count(
        "alerts.open", len(open_), _t("Alerts that nobody acknowledged"), href="/monitors/?state=open"
    )
    return said(_t("{some}, of them {waiting} not acknowledged."), some=some, waiting=waiting)


def _drifts(evidence: Evidence, maker: Maker) -> Words:
    """逐日的小幅偏离在累积：客单价自 11-03 起合计较惯常值 −2.1%。"""
    parts = [
        said(_t("{title} since {day}, together {rate} against the usual"),
             title=one.title, day=f"{one.began:%m-%d}", rate=maker.drift(one))
        for one in evidence.drifts
    ]  # fmt: skip
    text = _t("Small differences of every day add up: {which}.")
    return said(text, which=joined(parts, semicolon())) if parts else ()
