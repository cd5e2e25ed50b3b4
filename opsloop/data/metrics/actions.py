"""What people type in beside the data: targets of single periods, and months from before the data began."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Invalid, Refused, act
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.data.metrics.models import Metric, PastTotal, Target, TargetGrain
from opsloop.data.metrics.periods import begin
from opsloop.data.metrics.targets import MOST_LINES, hook_in, read_months

FARTHEST = Decimal(10) ** 13
hook_in()


def in_force(metric: Metric) -> Text | None:
    return _("It is no longer in force.") if metric.withdrawn else None


@act(
    "metrics.set_target",
    _("Set target"),
    done=_("{by} set the target of {metric} for the {grain} from {day} to {value}"),
    when=in_force,
)
def set_target(
    metric: Metric,
    *,
    by: Person,
    grain: Annotated[TargetGrain, Arg(label=_("Period"))],
    day: Annotated[date, Arg(label=_("Any day of the period"))],
    value: Annotated[
        Decimal | None,
        Arg(label=_("Target"), help=_("In the metric's unit; 0.85 for 85%. Empty takes the target away.")),
    ] = None,
) -> Target | None:
    """What this period should reach. Without a value its own target is taken away and the file's holds again."""
    first = begin(day, grain.value)
    row = Target.objects.filter(metric=metric.ident, grain=grain.value, first_day=first).first()
    if value is None:
        if row is None:
            raise Refused(_t("This period has no target of its own."))
        row.delete()
        return None
    if abs(value) >= FARTHEST:
        raise Invalid({"value": [_t("This number is too large.")]})
    row = row or Target(metric=metric.ident, grain=grain.value, first_day=first)
    row.value = value
    row.save()
    return row


@act(
    "metrics.put_totals",
    _("Enter last year's totals"),
    done=_("{by} entered totals of past months of {metric}"),
    when=in_force,
)
def put_totals(
    metric: Metric,
    *,
    by: Person,
    pasted: Annotated[
        str,
        Arg(
            label=_("Months and values"),
            help=_("One line a month, as in a sheet: 2025-01  123456.78. A month that is known is replaced."),
            min=6,
            max=6000,
            long=True,
        ),
    ],
) -> list[PastTotal]:
    """Months from before the data began, so that they can be compared with. Nothing is kept when a line is wrong."""
    months, wrong = read_months(pasted)
    if wrong:
        shown = "; ".join(wrong[:3])
        raise Invalid({"pasted": [_t("These lines are not understood: {lines}").format(lines=shown)]})
    if not months:
        raise Invalid({"pasted": [_t("There is no month in it.")]})
    if len(months) > MOST_LINES:
        raise Refused(_t("At most {n} months at once.").format(n=MOST_LINES))
    known = {row.month: row for row in PastTotal.objects.filter(metric=metric.ident, month__in=list(months))}
    rows = []
    for month, value in sorted(months.items()):
        row = known.get(month) or PastTotal(metric=metric.ident, month=month)
        row.value = value
        row.save()
        rows.append(row)
    return rows
