"""The kind `metric`: what a number means, from which relation it is computed, and how it may be split.

One of `value`, `ratio`, `formula`, `change`, `funnel`, `retention`, `cohort` says what it is; `window`, `to_date` and
`balance` say over which days a value or ratio is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opsloop.base.kinds.names import Known, namespace
from opsloop.base.kinds.registry import Binding, kind
from opsloop.base.kinds.says import Says
from opsloop.base.things.errors import Text
from opsloop.data.metrics.checks import check_metric
from opsloop.data.metrics.compiled import compile_metrics, translate_metrics
from opsloop.data.metrics.durations import wrong_duration
from opsloop.data.metrics.models import TargetGrain


def period(code: str) -> Text:
    """What a period that has a target is called."""
    return TargetGrain(code).label if code in TargetGrain.values else code


# a standard has metrics over sources that a company connects later: one that is not there is open, no error
namespace("relation", lambda: (), lambda ident, offered: Known.OPEN)


class MetricClass(models.TextChoices):
    """How often it is looked at."""

    KEY = "key", _("Key metric")
    GENERAL = "general", _("General metric")
    PERIODIC = "periodic", _("Periodic metric")


class Unit(models.TextChoices):
    """How a value is shown."""

    MONEY = "money", _("Money")
    COUNT = "count", _("Count")
    PERCENT = "percent", _("Percent")
    NUMBER = "number", pgettext_lazy("unit", "Number")
    DAYS = "days", pgettext_lazy("unit", "Days")
    HOURS = "hours", pgettext_lazy("unit", "Hours")
    MINUTES = "minutes", pgettext_lazy("unit", "Minutes")


class Better(models.TextChoices):
    """Which direction is good."""

    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")
    NONE = "none", _("Neither")


class ToDate(models.TextChoices):
    """Since when a running total runs."""

    MONTH = "month", _("Since the month began")
    QUARTER = "quarter", _("Since the quarter began")
    YEAR = "year", _("Since the year began")
    EVER = "ever", _("Since the data began")


class Balance(models.TextChoices):
    """Which day's amount stands for a period; amounts of several days are never added."""

    LAST = "last", _("The last day")
    FIRST = "first", _("The first day")
    AVERAGE = "average", _("The average of the days")


class Simulated(models.TextChoices):
    """What of a metric is made up, for a demonstration or a rehearsal (模拟)."""

    VALUES = "values", _("its values")
    TARGET = "target", _("its target")


class Against(models.TextChoices):
    """With which period a change compares."""

    PREVIOUS = "previous", _("The period before")
    YEAR = "year", _("The same period a year before")


class ChangeAs(models.TextChoices):
    """How a change is said."""

    RATE = "rate", _("Growth rate")
    DIFFERENCE = "difference", _("Difference")


_COLUMN = _("A column of the relation, or arithmetic over columns.")
_WHERE = _("Only rows for which this holds: quantity > 0 and channel in ('app', 'shop').")


@dataclass(frozen=True, slots=True)
class Having:
    """A condition on all rows of one counted thing together, such as at least two different baskets."""

    sum: Annotated[str, Says(label=_("Sum of"))] = ""
    count: Annotated[str, Says(label=_("Count of"), help=_("A column, or rows."))] = ""
    distinct: Annotated[bool, Says(label=_("Different ones only"))] = False
    at_least: Annotated[Decimal | None, Says(label=_("At least"))] = None
    at_most: Annotated[Decimal | None, Says(label=_("At most"))] = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One aggregate of the rows: exactly one of sum, count, average, min, max, median and quantile."""

    sum: Annotated[str, Says(label=_("Sum of"), help=_COLUMN, example="sales_value")] = ""
    count: Annotated[str, Says(label=_("Count of"), help=_("A column, or rows."), example="basket_id")] = ""
    average: Annotated[str, Says(label=_("Average of"), help=_COLUMN)] = ""
    min: Annotated[str, Says(label=_("Smallest"), help=_COLUMN)] = ""
    max: Annotated[str, Says(label=_("Largest"), help=_COLUMN)] = ""
    median: Annotated[str, Says(label=_("Median of"), help=_COLUMN)] = ""
    quantile: Annotated[str, Says(label=_("Quantile of"), help=_COLUMN)] = ""
    at: Annotated[
        Decimal | None, Says(label=_("Which quantile"), help=_("Which quantile, from 0 to 1."), example="0.9")
    ] = None
    distinct: Annotated[bool, Says(label=_("Different ones only"), help=_("For counts."))] = False
    where: Annotated[str, Says(label=_("Only where"), help=_WHERE)] = ""
    having: Annotated[
        Having | None,
        Says(label=_("That have"), help=_("Counts only things whose rows together fulfil this."), example=""),
    ] = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """One measure divided by another of the same relation."""

    over: Annotated[Measure, Says(label=_("Numerator"))]
    under: Annotated[Measure, Says(label=_("Denominator"))]


@dataclass(frozen=True, slots=True)
class Change:
    """Another metric compared with itself in an earlier period."""

    of: Annotated[str, Says(label=_("Of"), ref="metric")]
    against: Annotated[Against, Says(label=_("Compared with"))] = Against.PREVIOUS
    as_: Annotated[ChangeAs, Says(label=_("As"))] = ChangeAs.RATE


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a funnel: which rows are it."""

    title: Annotated[str, Says(label=_("Title"), text=True, key=True)]
    where: Annotated[str, Says(label=_("Only where"), help=_WHERE, example="event = 'view'")]


@dataclass(frozen=True, slots=True)
class Funnel:
    """The share of those who took the first step in the period and then all others, in order and in time."""

    of: Annotated[str, Says(label=_("Of"), help=_("The column that tells who it is."), example="customer_id")]
    steps: Annotated[tuple[Step, ...], Says(label=_("Steps"), min=2)]
    within: Annotated[str, Says(label=_("Within"), check=wrong_duration, example="7 days")]
    at: Annotated[str, Says(label=_("At"), help=_("The column with the moment; left out: the metric's time."))] = ""


@dataclass(frozen=True, slots=True)
class Retention:
    """The share of those of the previous window who are back in this one; `window` says how long both are."""

    of: Annotated[str, Says(label=_("Of"), help=_("The column that tells who it is."), example="customer_id")]
    where: Annotated[str, Says(label=_("Only where"), help=_WHERE)] = ""


@dataclass(frozen=True, slots=True)
class Cohort:
    """The share of those first seen in the period who came again on a later day within a span of time."""

    of: Annotated[str, Says(label=_("Of"), help=_("The column that tells who it is."), example="customer_id")]
    within: Annotated[str, Says(label=_("Within"), check=wrong_duration, example="30 days")]
    where: Annotated[str, Says(label=_("Only where"), help=_WHERE)] = ""


@kind(
    "metric", folder="metrics", form="yaml", binding=Binding.CURRENT, title=_("Metric"), plural=_("Metrics"),
    check=check_metric, compile=compile_metrics, translate=translate_metrics,
    about=_("A number that the company judges itself by: what it means, how it is computed, who answers for it."),
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class Metric:
    """A number that the company judges itself by: what it means, how it is computed, who answers for it."""

    title: Annotated[str, Says(label=_("Title"), text=True, example="客单价")]
    meaning: Annotated[str, Says(label=_("Meaning"), text=True, long=True, example="销售额 ÷ 订单数")]
    class_: Annotated[MetricClass, Says(label=_("Class"), example="key")]
    owner: Annotated[str, Says(label=_("Owner position"), ref="position", example="data-analyst")]
    from_: Annotated[
        str,
        Says(
            label=_("Computed from"),
            ref=("dataset", "source", "relation"),
            help=_("The source or dataset; a formula and a change need none."),
            example="transactions",
        ),
    ] = ""
    value: Annotated[Measure | None, Says(label=_("Value"), example="{sum: sales_value}")] = None
    ratio: Annotated[Ratio | None, Says(label=_("Ratio"))] = None
    formula: Annotated[
        str,
        Says(
            label=_("Formula"),
            help=_("Arithmetic over ids of other metrics; a minus has spaces around it."),
            example="sales / orders",
        ),
    ] = ""
    change: Annotated[Change | None, Says(label=_("Change over time"))] = None
    funnel: Annotated[Funnel | None, Says(label=_("Funnel"))] = None
    retention: Annotated[Retention | None, Says(label=_("Retention"), example="{of: customer_id}")] = None
    cohort: Annotated[Cohort | None, Says(label=_("Cohort"))] = None
    window: Annotated[
        str,
        Says(
            label=_("Window"),
            help=_("A period's value is that of the days up to its end, this many."),
            check=wrong_duration,
            example="28 days",
        ),
    ] = ""
    to_date: Annotated[ToDate | None, Says(label=_("Running total"))] = None
    balance: Annotated[
        Balance | None, Says(label=_("Balance"), help=_("For stocks and balances: which day stands for a period."))
    ] = None
    time: Annotated[str, Says(label=_("Day column"), help=_("The column with the day."))] = "day"
    by: Annotated[
        tuple[str, ...],
        Says(
            label=_("Dimensions"),
            help=_("Columns of the relation or of one it refers to; relation.column where two have the name."),
            example="[store_id, department]",
        ),
    ] = ()
    unit: Annotated[Unit, Says(label=_("Unit"), example="percent")] = Unit.NUMBER
    counted: Annotated[str, Says(label=_("Counted in"), text=True, help=_("The word behind a count."))] = ""
    decimals: Annotated[
        int | None, Says(label=_("Decimals"), min=0, max=6, help=_("Left out: as usual for the unit."))
    ] = None
    better: Annotated[Better, Says(label=_("Good direction"), example="higher")] = Better.NONE
    target: Annotated[
        dict[str, Decimal],
        Says(
            label=_("Target"),
            keys=Says(label=_("Period"), words=period),
            help=_("What a day, week, month, quarter or year should reach."),
            example="{week: 90000}",
        ),
    ] = field(default_factory=dict)
    factors: Annotated[
        tuple[str, ...],
        Says(
            label=_("Factors"),
            ref="metric",
            max=2,
            help=_("Two metrics whose product it is, volume and price; a change is split into theirs."),
            example="[orders, average-order]",
        ),
    ] = ()
    simulated: Annotated[
        tuple[Simulated, ...],
        Says(label=_("Simulated"), help=_("What is made up; reports mark it."), example="[target]"),
    ] = ()
    fresh_within: Annotated[
        str,
        Says(
            label=_("Fresh within"),
            help=_("How old the newest data may be before the number is marked late."),
            check=wrong_duration,
            example="1 day",
        ),
    ] = ""
    waits_for: Annotated[
        str, Says(label=_("Waits for"), text=True, help=_("What must be connected before it can be computed."))
    ] = ""
    does_not_apply: Annotated[
        str | None,
        Says(
            label=_("Does not apply"),
            text=True,
            help=_("Why the number has no meaning in this company; it is then not computed and not waited for."),
        ),
    ] = None
    note: Annotated[str, Says(label=_("Note"), text=True, long=True)] = ""

    @property
    def places(self) -> int:
        """Decimals to show; of a percentage, after the point of the percentage."""
        if self.decimals is not None:
            return self.decimals
        return {Unit.MONEY: 2, Unit.COUNT: 0, Unit.PERCENT: 1, Unit.NUMBER: 2}.get(self.unit, 1)
