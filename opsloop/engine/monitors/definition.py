"""The kind `monitor`: which metric is watched, what counts as wrong, and who has it then.

One of `method`, `below`/`above`, `off_target`, `trend`, `late` says what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from opsloop.base.calendar.limits import wrong_limit
from opsloop.base.kinds.registry import Binding, kind
from opsloop.base.kinds.says import Says
from opsloop.base.kinds.shares import wrong_share
from opsloop.base.things.errors import Text
from opsloop.data.metrics.durations import wrong_duration
from opsloop.engine.monitors.checks import check_monitor
from opsloop.engine.monitors.compiled import compile_monitors, translate_monitors
from opsloop.engine.monitors.words import Every, Ignored, Method, Severity, Sides


def level(code: str) -> Text:
    """What a level of a limit is called."""
    return Severity(code).label if code in Severity.values else code


def told(code: str) -> Text:
    """Who is told: the inbox; groups and channels go by the names that the company gave them."""
    return _("inbox of the owner") if code == "inbox" else code


LEVELS = Says(label=_("Level"), help=_("warn or critical; a value alone is warn."), words=level)


@dataclass(frozen=True, slots=True)
class Toward:
    """A limit that must not be reached, and how far ahead one wants to know."""

    limit: Annotated[Decimal, Says(label=_("Boundary"), example="100000")]
    within: Annotated[str, Says(label=_("Within"), check=wrong_duration, example="14 days")]


@kind(
    "monitor", folder="monitors", form="yaml", binding=Binding.CURRENT, title=_("Monitor"),
    plural=_("Monitoring rules"),
    check=check_monitor, compile=compile_monitors, translate=translate_monitors,
    about=_("What is watched, when it is out of the ordinary, and which position has it then."),
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class MonitorFile:
    """What is watched, when it is out of the ordinary, and which position has it then."""

    title: Annotated[str, Says(label=_("Title"), text=True, example="销售额异常下跌")]
    watches: Annotated[str, Says(label=_("Metric"), ref="metric", example="sales")]
    owner: Annotated[str, Says(label=_("Owner position"), ref="position", example="operations-manager")]
    with_: Annotated[
        tuple[str, ...],
        Says(
            label=_("Together with"),
            ref="metric",
            help=_("Metrics that move with it: they are parts of the same alert."),
            example="[orders, average-order]",
        ),
    ] = ()
    every: Annotated[
        Every, Says(label=_("Period"), help=_("Hours: for metrics of a source whose rows have a moment."))
    ] = Every.DAY
    method: Annotated[Method | None, Says(label=_("Method"), example="usual-for-weekday")] = None
    below: Annotated[
        dict[str, Decimal], Says(label=_("Below"), keys=LEVELS, short="warn", example="{warn: 12000, critical: 10000}")
    ] = field(default_factory=dict)
    above: Annotated[dict[str, Decimal], Says(label=_("Above"), keys=LEVELS, short="warn")] = field(
        default_factory=dict
    )
    off_target: Annotated[
        dict[str, str],
        Says(
            label=_("Off target by"),
            keys=LEVELS,
            short="warn",
            check=wrong_share,
            help=_("A share of the target, on its bad side."),
            example="{warn: 5%, critical: 10%}",
        ),
    ] = field(default_factory=dict)
    trend: Annotated[Toward | None, Says(label=_("Trend toward a limit"))] = None
    late: Annotated[bool, Says(label=_("Missing or late data"))] = False
    sides: Annotated[Sides, Says(label=_("Side"))] = Sides.BOTH
    warn: Annotated[
        Decimal | None,
        Says(label=_("Warn at"), help=_("How many times the usual scatter; left out: 3.5, for weeks 3.")),
    ] = None
    critical: Annotated[
        Decimal | None, Says(label=_("Critical at"), help=_("How many times the usual scatter; left out: 5."))
    ] = None
    in_a_row: Annotated[
        int, Says(label=_("Periods in a row"), min=1, max=12, help=_("For fixed limits and targets."))
    ] = 1
    quiet: Annotated[
        str,
        Says(
            label=_("Quiet for"),
            check=wrong_duration,
            help=_("What comes within this time belongs to the same alert; left out: 7 days, for hours 1 day."),
            example="7 days",
        ),
    ] = ""
    ignore: Annotated[tuple[Ignored, ...], Says(label=_("Not judged"))] = (
        Ignored.HOLIDAYS, Ignored.CAMPAIGNS, Ignored.CLOSED,
    )  # fmt: skip
    where: Annotated[
        dict[str, str | tuple[str, ...]],
        Says(label=_("Only where"), keys=Says(label=_("Dimension")), example="{department: DELI}"),
    ] = field(default_factory=dict)
    acknowledge_within: Annotated[
        str, Says(label=_("Acknowledge within"), check=wrong_limit, example="4 working hours")
    ] = "4 working hours"
    close_within: Annotated[
        str,
        Says(
            label=_("Close within"),
            check=wrong_limit,
            help=_("By when its cause is found."),
            example="2 working days",
        ),
    ] = "2 working days"
    opens: Annotated[
        str, Says(label=_("SOP"), ref="sop", help=_("By which SOP it is handled."), example="alert-handling")
    ] = ""
    tell: Annotated[
        dict[str, str | tuple[str, ...]],
        Says(
            label=_("Tell"),
            keys=LEVELS,
            words=told,
            help=_("Beside the owner's inbox: groups and channels of the company."),
            example="{critical: [inbox, operations-group]}",
        ),
    ] = field(default_factory=dict)
    about: Annotated[str, Says(label=_("About"), text=True, long=True)] = ""

    @property
    def form(self) -> str:
        """Which of the ways of judging it is."""
        ways = {
            "usual": self.method,
            "limit": self.below or self.above,
            "target": self.off_target,
            "trend": self.trend,
            "late": self.late,
        }
        return next((name for name, said in ways.items() if said), "")

    @property
    def metrics(self) -> tuple[str, ...]:
        """The watched one first."""
        return tuple(dict.fromkeys((self.watches, *self.with_)))
