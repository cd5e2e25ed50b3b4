"""The answers as figures with their look, each under the key by which texts name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.data.metrics import addresses
from opsloop.data.metrics.api import Breakdown, Part, Row
from opsloop.data.metrics.firsts import Firsts
from opsloop.data.metrics.period_names import elapsed
from opsloop.data.metrics.periods import begin
from opsloop.data.metrics.shown import Look, changed, shown, signed
from opsloop.engine.monitors.api import Drifting
from opsloop.modules.reports.asking import Numbers, Said
from opsloop.modules.reports.definition import First
from opsloop.modules.reports.document import UNITS, Figure
from opsloop.modules.reports.glue import comma
from opsloop.modules.reports.periods import Period
from opsloop.modules.reports.slots import EFFECT, Slots
from opsloop.ui.formats import number, percent, signed_percent


@dataclass(slots=True)
class Maker:
    """Makes figures of one period and remembers them in `slots`. Its methods answer None where there is no value."""

    period: Period
    numbers: Numbers
    slots: Slots

    def value(self, said: Said) -> Figure | None:
        """The metric itself: {sales}."""
        if said.value is None:
            return None
        return self._put(said, said.metric, said.value, self._with_word(said.value, said.look), said.title)

    def change(self, said: Said, against: str) -> Figure | None:
        """{sales.previous}, {sales.year}: relative, in points for shares."""
        row = said.compared.get(against)
        made = rate(row, said.look)
        if made is None:
            return None
        tone = "" if said.better not in ("higher", "lower") or round(made, 4) == 0 else (
            "good" if (made > 0) == (said.better == "higher") else "bad"
        )  # fmt: skip
        unit = "points" if said.look.share else "percent"
        label = f"{said.title} · {AGAINST[against]()}"
        return self._put(
            said, f"{said.metric}.{against}", made, changed(made, said.look), label, sort="change", unit=unit,
            decimals=1, href=self._explain(said.metric) if against == "previous" else "", tone=tone,
        )  # fmt: skip

    def then(self, said: Said, against: str) -> Figure | None:
        """{sales.usual.value}: what it is held against."""
        row = said.compared.get(against)
        if row is None or row.then is None:
            return None
        label = f"{said.title} · {VALUES[against]()}"
        made_up = against == "target" and said.simulated_target
        return self._put(
            said, f"{said.metric}.{against}.value", row.then, self._with_word(row.then, said.look), label,
            simulated=said.simulated or made_up,
        )  # fmt: skip

    def share(self, said: Said, against: str) -> Figure | None:
        """{sales.usual.share}: 98.1% of what it is held against; not of shares."""
        row = said.compared.get(against)
        if row is None or not row.then or row.value is None or said.look.share:
            return None
        made = row.value / row.then
        label = f"{said.title} · {SHARES[against]()}"
        made_up = against == "target" and said.simulated_target
        return self._put(
            said, f"{said.metric}.{against}.share", made, percent(made), label, sort="change", unit="percent",
            decimals=1, simulated=said.simulated or made_up,
        )  # fmt: skip

    def month(self, said: Said) -> tuple[Figure, Figure] | None:
        """{sales.month} and {sales.month.pace}: how much of the month's target is reached, how much of it is over."""
        row, first = said.month, begin(self.period.until, "month")
        if row is None or row.value is None or not row.then or said.look.share:
            return None
        reached, over = row.value / row.then, elapsed(first, "month", self.period.until)
        label = _t("{metric} · reached of the month").format(metric=said.title)
        made = self._put(
            said, f"{said.metric}.month", reached, percent(reached), label,
            sort="change", unit="percent", decimals=1, since=first, simulated=said.simulated or said.simulated_target,
        )  # fmt: skip
        pace = self.slots.put(
            Figure("month.pace", over, percent(over), "percent", since=first, until=self.period.until, decimals=1),
            _t("Share of the month that is over"), "count",
        )  # fmt: skip
        return made, pace

    def difference(self, said: Said, why: Breakdown) -> Figure | None:
        """{sales.difference}: against the period before, in the metric's unit."""
        if why.difference is None:
            return None
        label = _t("{metric} · difference").format(metric=said.title)
        return self._effect(said, f"{said.metric}.difference", why.difference, why, label)

    def factors(self, said: Said, why: Breakdown) -> list[tuple[str, Figure]]:
        """(name, {sales.factor.1}) for volume and price, or numerator and denominator."""
        parts = why.factors.parts if why.factors else ()
        return [
            (
                one.name or "",
                self._effect(said, f"{said.metric}.factor.{n}", one.effect, why, _effect_of(said, one.name)),
            )
            for n, one in enumerate(parts, 1)
        ]

    def part(self, said: Said, why: Breakdown, dim: str, part: Part) -> Figure:
        """{sales.department.鲜肉}: what one value of a dimension contributed."""
        name = part.name if part.name is not None else _t("unknown")
        key = f"{said.metric}.{dim}.{part.name if part.name is not None else '?'}"
        href = addresses.rows(said.metric, (self.period.since, self.period.until), [(dim, part.name)])
        return self._effect(said, key, part.effect, why, _effect_of(said, name), href)

    def top(self, said: Said, why: Breakdown, dim: str, parts: list[Part]) -> tuple[Figure, Figure | None]:
        """{sales.category.top} and .share: what several parts contributed together, and which share of the change."""
        names = comma().join(one.name or _t("unknown") for one in parts)
        whole = sum(one.effect for one in parts)
        label = _t("{metric} · {names} together").format(metric=said.title, names=names)
        made = self._effect(said, f"{said.metric}.{dim}.top", whole, why, label)
        if not why.difference:
            return made, None
        share = whole / why.difference
        said_share = self._put(
            said, f"{said.metric}.{dim}.top.share", share, percent(share, 0), _t("{label}, share of the change").format(
                label=label), sort=EFFECT, unit="percent", decimals=0,
        )  # fmt: skip
        return made, said_share

    def of_group(self, said: Said, dim: str, row: Row) -> Figure | None:
        """{campaign-redemption-rate.campaign_id.18}: a metric of one value of a dimension."""
        name = row.dims[0] if row.dims and row.dims[0] is not None else _t("unknown")
        if row.value is None:
            return None
        key = f"{said.metric}.{dim}.{name}"
        return self._put(said, key, row.value, self._with_word(row.value, said.look), f"{said.title} · {name}")

    def sides(self, said: Said, dim: str, row: Row) -> tuple[Figure, Figure] | None:
        """Numerator and denominator of a ratio of one value of a dimension."""
        if row.over is None or row.under is None or not row.dims:
            return None
        made = []
        for word, value, label in (("over", row.over, _t("numerator")), ("under", row.under, _t("denominator"))):
            key = f"{said.metric}.{dim}.{row.dims[0]}.{word}"
            title = f"{said.title} · {row.dims[0]} · {label}"
            made.append(self._put(said, key, value, number(value, 0), title, unit="number", decimals=0))
        return made[0], made[1]

    def firsts(self, said: Said, first: First, found: Firsts) -> tuple[Figure, Figure, Figure]:
        """{sales.household_id.first}, .share and .silent: how many, their share of the metric, how many are silent."""
        key, labels = f"{said.metric}.{first.of}.first", _labels_of_firsts(said.title)
        counts = []
        for name, value, label in (("", found.count, labels[0]), (".silent", found.silent, labels[2])):
            counts.append(
                self._put(
                    said,
                    key + name,
                    float(value),
                    f"{number(value, 0)} {first.counted}".strip(),
                    label,
                    unit="count",
                    decimals=0,
                    since=found.since,
                    href=addresses.firsts(first.wanted, self.period.until, silent=bool(name)),
                )
            )
        share = self._put(
            said, f"{key}.share", found.share, percent(found.share), labels[1], unit="percent", decimals=1,
            since=found.since,
        )  # fmt: skip
        return counts[0], share, counts[1]

    def count(self, key: str, value: float, label: str, *, href: str = "", text: str = "") -> Figure:
        """A count of the house's own: alerts, days, rows."""
        figure = Figure(
            key, float(value), text or number(value, 0), "count", since=self.period.since, until=self.period.until,
            href=href, decimals=0,
        )  # fmt: skip
        return self.slots.put(figure, label, "count")

    def drift(self, one: Drifting) -> Figure:
        """{average-order.drift}: the days of a slow drift together, against what was expected of them."""
        known = self.numbers.metrics.get(one.metric)
        figure = Figure(
            f"{one.metric}.drift", one.rate, signed_percent(one.rate), "percent", metric=one.metric,
            since=one.began, until=one.seen_on, decimals=1, simulated=known is not None and known.simulated,
        )  # fmt: skip
        return self.slots.put(figure, _t("{metric} · drift").format(metric=one.title), "change")

    def _effect(self, said: Said, key: str, value: float, why: Breakdown, label: str, href: str = "") -> Figure:
        unit = "points" if said.look.share else said.look.unit
        return self._put(
            said, key, value, signed(value, said.look, why.now), label, sort=EFFECT, unit=unit,
            href=href or self._explain(said.metric),
        )  # fmt: skip

    def _put(self, said: Said, key: str, value: float, text: str, label: str, **more: Any) -> Figure:
        sort = more.pop("sort", "value")
        unit = more.pop("unit", said.look.unit)
        given = {
            "since": self.period.since, "until": self.period.until, "simulated": said.simulated,
            "doubted": bool(said.doubts), "decimals": said.look.decimals, "currency": said.look.currency,
            "href": f"/metrics/{said.metric}/", **{name: one for name, one in more.items() if one not in ("", None)},
        }  # fmt: skip
        figure = Figure(key, value, text, unit if unit in UNITS else "number", said.metric, **given)
        return self.slots.put(figure, label, sort)

    def _explain(self, metric: str) -> str:
        return addresses.explained(metric, (self.period.since, self.period.until), self.period.before)

    def _with_word(self, value: float, look: Look) -> str:
        """2,933 笔: a count with what is counted; money and shares as they are."""
        text = shown(value, look)
        return f"{text} {look.word}" if look.unit != "money" and look.word else text


AGAINST = {
    "previous": lambda: _t("change on the period before"), "usual": lambda: _t("change on the mean of twelve"),
    "year": lambda: _t("change on last year"), "target": lambda: _t("off target"),
}  # fmt: skip
VALUES = {
    "previous": lambda: _t("the period before"), "usual": lambda: _t("mean of the twelve periods before"),
    "year": lambda: _t("the same period last year"), "target": lambda: _t("target"),
}  # fmt: skip
SHARES = {
    "previous": lambda: _t("share of the period before"), "usual": lambda: _t("share of the mean of twelve"),
    "year": lambda: _t("share of last year"), "target": lambda: _t("reached of the target"),
}  # fmt: skip


def _labels_of_firsts(title: str) -> tuple[str, str, str]:
    return (
        _t("{metric} · those on whom most rests").format(metric=title),
        _t("{metric} · share of those on whom most rests").format(metric=title),
        _t("{metric} · silent among those on whom most rests").format(metric=title),
    )


def _effect_of(said: Said, name: str | None) -> str:
    return _t("{metric} · contributed by {part}").format(metric=said.title, part=name or _t("unknown"))


def rate(row: Row | None, look: Look) -> float | None:
    """How far the value moved: relative, the plain difference for shares."""
    if row is None or row.value is None or row.then is None:
        return None
    if look.share:
        return row.value - row.then
    return (row.value - row.then) / abs(row.then) if row.then else None
