"""波动拆解 in words and lines: the sentence on top, the factors, and each dimension's parts with the sum line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from opsloop.data.metrics import period_names
from opsloop.data.metrics.addresses import rows
from opsloop.data.metrics.periods import back, begin, earlier, end
from opsloop.data.metrics.pictures import dims_name
from opsloop.data.metrics.questions import Breakdown, Part, Split
from opsloop.data.metrics.shown import Look, arrow, exact, shown, signed
from opsloop.ui.formats import number, percent, signed_percent

MOST_PARTS = 12
Days = tuple[date, date, date, date]
WIDTH, HEIGHT = 180, 14


@dataclass(frozen=True, slots=True)
class Line:
    """One part: its values, its effect, its share of the whole difference, its bar, and the rows behind it."""

    name: str
    now: str
    then: str
    effect: str
    share: str
    bar: SafeString
    url: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A split as a table. rest: the smaller parts together; total: their sum, which is the whole difference."""

    by: str
    lines: tuple[Line, ...]
    rest: Line | None
    total: str
    note: str = ""


def spans(a: date | None, b: date | None, c: date | None, d: date | None, last_day: date) -> Days:
    """The two spans to compare: as said, else the last whole week, each against the one before."""
    if a is None or b is None or a > b:
        a = period_names.last_whole(last_day, "week")
        b = end(a, "week")
    if c is None or d is None or c > d:
        c, d = earlier(a, b, grain_of(a, b) or "total", "previous")
    return a, b, c, d


def grain_of(a: date, b: date) -> str:
    """The period that two days are exactly, or empty."""
    grains = ("day", "week", "month", "quarter", "year")
    return next((one for one in grains if begin(a, one) == a and end(a, one) == b), "")


def against_name(a: date, b: date, c: date, d: date) -> str:
    """上周, 上月, 去年同期 where it is just that, else the span's days."""
    grain = grain_of(a, b)
    if grain and (c, d) == (back(a, grain, 1), end(back(a, grain, 1), grain)):
        return {
            "day": _t("the day before"), "week": _t("the week before"), "month": _t("the month before"),
            "quarter": _t("the quarter before"), "year": _t("the year before"),
        }[grain]  # fmt: skip
    if (c, d) == earlier(a, b, grain or "total", "year"):
        return _t("the same period last year")
    return period_names.span_name(c, d)


def sentence(found: Breakdown, look: Look, than: str, names: Mapping[str, str]) -> str:
    """销售额 86,923，较上周 −6,016（−6.5%）：订单数贡献 +574，客单价贡献 −6,590。Every figure is computed."""
    if found.now is None or found.then is None or found.difference is None:
        return str(found.why) or _t("One of the two spans has no value, so there is nothing to compare.")
    text = _t("{title} {now}, {difference} on {than}").format(
        title=found.title, now=shown(found.now, look), difference=signed(found.difference, look, found.now), than=than
    )
    if found.then and not look.share:
        rate = signed_percent(found.difference / abs(found.then))
        text += pgettext("sentence", " ({rate})").format(rate=rate)
    if found.factors:
        parts = [
            _t("{factor} contributes {effect}").format(factor=one.name, effect=signed(one.effect, look, found.now))
            for one in found.factors.parts
        ]
        text += pgettext("sentence", ": ") + pgettext("sentence", ", ").join(parts)
    else:
        text += _largest(found, look, names)
    return text + pgettext("sentence", ".")


def _largest(found: Breakdown, look: Look, names: Mapping[str, str]) -> str:
    """The two largest parts of the first dimension, where there are no factors."""
    if not found.splits or not found.splits[0].parts:
        return ""
    first = easiest_first(found.splits)[0]
    said = [f"{part_name(one)} {signed(one.effect, look, found.now)}" for one in ordered(first)[:2]]
    told = _t("most of it from {parts} ({by})")
    told = told.format(parts=pgettext("sentence", ", ").join(said), by=names.get(first.by, first.by))
    return pgettext("sentence", ": ") + told


def ordered(split: Split) -> list[Part]:
    """The largest effect first, whichever way it goes."""
    return sorted(split.parts, key=lambda one: abs(one.effect), reverse=True)


def _bare(value: float | None, beside: float | None) -> str:
    """A factor's value: whole like a count if both are whole, else with two decimals."""
    return number(value, 0 if all(one is None or one == int(one) for one in (value, beside)) else 2)


def factor_lines(split: Split, found: Breakdown, look: Look) -> Lines:
    """The factors with their own values, which are not in the metric's unit."""
    most = max((abs(one.effect) for one in split.parts), default=0.0)
    lines = [_line(one, found, look, most, "") for one in split.parts]
    bare = [(_bare(one.now, one.then), _bare(one.then, one.now)) for one in split.parts]
    told = tuple(replace(line, now=now, then=then) for line, (now, then) in zip(lines, bare, strict=True))
    return Lines("", told, None, signed(sum(one.effect for one in split.parts), look, found.now))


def easiest_first(splits: Sequence[Split]) -> list[Split]:
    """In the file's order, but dimensions with very many values last: they say least at a glance."""
    return sorted(splits, key=lambda one: len(one.parts) > MOST_PARTS * 4)


def lines_of(split: Split, found: Breakdown, look: Look, days: Sequence[date], name: str) -> Lines:
    """A split with its bars; parts that are not shown stand together in one line, so that all add up."""
    parts = ordered(split)
    first, others = parts[:MOST_PARTS], parts[MOST_PARTS:]
    most = max((abs(one.effect) for one in parts), default=0.0)
    note = ""
    if split.within is not None and split.mix is not None:
        note = _t("Of it {within} from changes inside the parts, {mix} from their changed weights.").format(
            within=signed(split.within, look, found.now), mix=signed(split.mix, look, found.now)
        )
    return Lines(
        name,
        tuple(_line(one, found, look, most, _rows_url(found.metric, split.by, one, days)) for one in first),
        _rest(others, found, look, most),
        signed(sum(one.effect for one in parts), look, found.now),
        note,
    )


def _line(one: Part, found: Breakdown, look: Look, most: float, url: str) -> Line:
    share = percent(one.effect / found.difference, 0) if found.difference else ""
    return Line(
        part_name(one),
        exact(one.now, look),
        exact(one.then, look),
        signed(one.effect, look, found.now),
        share,
        bar(one.effect, most),
        url,
    )


def part_name(one: Part) -> str:
    """What is counted in several parts is none of them, and not the unknown one either."""
    return _t("counted in several of them") if one.overlap else dims_name((one.name,))


def _rest(others: Sequence[Part], found: Breakdown, look: Look, most: float) -> Line | None:
    if not others:
        return None
    whole = Part(None, sum(one.effect for one in others))
    line = _line(whole, found, look, most, "")
    name = _t("{n} others together").format(n=len(others))
    return Line(name, "", "", line.effect, line.share, line.bar)


def _rows_url(metric: str, by: str, one: Part, days: Sequence[date]) -> str:
    """The rows of a part; factors have none, nor has what is counted in several parts."""
    if not by or one.overlap:
        return ""
    return rows(metric, (days[0], days[1]), [(by, one.name)])


def bar(effect: float, most: float) -> SafeString:
    """A bar to the right of the middle for what adds, to the left for what takes away."""
    half = WIDTH / 2
    size = abs(effect) / most * (half - 2) if most else 0.0
    start = half if effect >= 0 else half - size
    return format_html(
        '<svg class="effect" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<line x1="{}" x2="{}" y1="0" y2="{}"></line><rect class="{}" x="{}" y="2" width="{}" height="{}" rx="1.5">'
        "</rect></svg>",
        WIDTH, HEIGHT, half, half, HEIGHT, "effect-up" if effect >= 0 else "effect-down", f"{start:.1f}", f"{size:.1f}",
        HEIGHT - 4,
    )  # fmt: skip


def change(found: Breakdown, look: Look) -> SafeString | str:
    """The whole change with its word."""
    if found.difference is None or not found.then:
        return ""
    return arrow(found.difference if look.share else found.difference / abs(found.then), look)
