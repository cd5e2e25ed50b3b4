"""The charts of the result: values of the last periods, and what each part contributed to a change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _t

from opsloop.data.metrics.api import Result
from opsloop.data.metrics.period_names import short_name
from opsloop.data.metrics.periods import periods
from opsloop.data.metrics.shown import Look, look_of, plain, shown, signed
from opsloop.modules.reports.asking import Said
from opsloop.modules.reports.definition import Picture
from opsloop.modules.reports.document import Chart, Series
from opsloop.modules.reports.figuring import Maker
from opsloop.modules.reports.words import Against, dimension_name
from opsloop.ui.charts import Chart as Drawn
from opsloop.ui.charts import Series as Line

if TYPE_CHECKING:
    from opsloop.modules.reports.drafting import Evidence

MOST_BARS = 10


def pictures(evidence: Evidence, maker: Maker) -> Iterator[Chart]:
    """Those of the report's file that have something to show."""
    for n, picture in enumerate(evidence.obj.charts):
        one = evidence.numbers.metrics.get(picture.metric)
        if one is None or one.waiting:
            continue
        made = _effects(one, picture, evidence) if picture.by else _course(n, one, picture, evidence)
        if made is not None:
            yield made


def _course(n: int, one: Said, picture: Picture, evidence: Evidence) -> Chart | None:
    """The last periods, with the mean of the twelve before as a faint line."""
    found: Result | None = evidence.numbers.series.get(n)
    if found is None or not found.rows or found.since is None:
        return None
    look, grain = look_of(found), evidence.period.grain
    rows = {row.period: row.value for row in found.rows}
    begun = max(found.since, found.first_day or found.since)  # a period in which the data begins would look like a fall
    days = [one.key for one in periods(found.since, evidence.period.until, grain) if one.key >= begun]
    if not days:
        return None
    names = tuple(short_name(day, grain) for day in days)
    values = tuple(plain(rows.get(day), look) for day in days)
    lines = [Series(one.title, values)]
    usual = one.compared.get(Against.USUAL)
    if usual is not None and usual.then is not None:
        name = _t("mean of 12 weeks") if grain == "week" else _t("mean of 12 months")
        lines.append(Series(name, tuple(plain(usual.then, look) for _day in days), muted=True))
    title = _t("{metric}, the last {n} weeks") if grain == "week" else _t("{metric}, the last {n} months")
    text = _t("{metric} from {first} to {last}; the newest value is {value}.").format(
        metric=one.title, first=names[0], last=names[-1], value=shown(rows.get(days[-1]), look)
    )
    return _chart(title.format(metric=one.title, n=len(days)), "line", names, lines, look, text)


def _effects(one: Said, picture: Picture, evidence: Evidence) -> Chart | None:
    """Bars from left to right: the largest effects of a split."""
    why = evidence.numbers.why.get(one.metric)
    split = next((split for split in why.splits if split.by == picture.by), None) if why is not None else None
    if why is None or split is None:
        return None
    look = one.look
    parts = sorted((p for p in split.parts if p.effect and not p.overlap), key=lambda p: -abs(p.effect))[:MOST_BARS]
    if not parts:
        return None
    names = tuple(part.name or _t("unknown") for part in parts)
    values = tuple(plain(part.effect, look) for part in parts)
    title = _t("{metric}: what each {dimension} contributed").format(
        metric=one.title, dimension=dimension_name(picture.by)
    )
    text = _t("{title}; the largest is {name} with {effect}.").format(
        title=title, name=names[0], effect=signed(parts[0].effect, look, why.now)
    )
    return _chart(title, "bar", names, [Series(_t("Contribution"), values)], look, text, lying=True)


def _chart(
    title: str, kind: str, names: tuple[str, ...], lines: list[Series], look: Look, text: str, *, lying: bool = False
) -> Chart:
    places = look.decimals if look.share else 0
    unit = "%" if look.share else look.word
    drawn = Drawn(
        "chart", names, [Line(one.name, one.values, kind, one.muted) for one in lines], text, unit=unit,
        decimals=places, lying=lying,
    )  # fmt: skip
    return Chart(
        title, drawn.option, "bar" if kind == "bar" else "line", names, tuple(lines), unit, decimals=places,
        lying=lying, summary=text,
    )  # fmt: skip
