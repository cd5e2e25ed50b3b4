"""What the machine writes of an edition: overview, method and result, in the language that is active."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.engine.monitors.api import Alert, Drifting, alerts_between, drifting
from opsloop.modules.reports.asking import Numbers, ask_all
from opsloop.modules.reports.definition import ReportFile
from opsloop.modules.reports.document import Part, to_plain
from opsloop.modules.reports.figuring import Maker
from opsloop.modules.reports.methods import method
from opsloop.modules.reports.overview import overview
from opsloop.modules.reports.periods import Period
from opsloop.modules.reports.pictured import pictures
from opsloop.modules.reports.quality import Quality, quality
from opsloop.modules.reports.results import result
from opsloop.modules.reports.slots import Slots
from opsloop.modules.reports.words import Includes


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that is known of a period, before a word is said of it."""

    obj: ReportFile
    period: Period
    numbers: Numbers
    quality: Quality
    alerts: tuple[Alert, ...]
    drifts: tuple[Drifting, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafted:
    """What one language's draft consists of."""

    parts: tuple[Part, ...]
    slots: Slots
    warning: str

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "parts": [to_plain(one) for one in self.parts], "figures": self.slots.plain(), "warning": self.warning,
        }  # fmt: skip


def gather(obj: ReportFile, period: Period, by: Person) -> Evidence:
    """All numbers, the data's quality, the alerts of the period, and of a week what drifts slowly."""
    metrics = obj.metrics
    numbers = ask_all(obj, period)
    found: tuple[Alert, ...] = ()
    if Includes.ALERTS in obj.includes:
        found = tuple(alerts_between(by, period.since, period.until))
    known = [name for name in metrics if name in numbers.metrics]
    drifts: tuple[Drifting, ...] = ()
    if Includes.ALERTS in obj.includes and period.grain == "week":
        drifts = tuple(drifting(by, period.since, period.until, [name for name in obj.shows if name in known]))
    return Evidence(obj, period, numbers, quality(known, period), found, drifts)


def draft(evidence: Evidence, maker: Maker) -> Drafted:
    """The three parts that fill themselves, with every figure that texts may use."""
    parts = (
        Part("overview", _t("Overview"), tuple(overview(evidence, maker))),
        Part("method", _t("Method"), tuple(method(evidence, maker))),
        Part("result", _t("Result"), (*result(evidence, maker), *pictures(evidence, maker))),
    )
    return Drafted(parts, maker.slots, evidence.quality.warning)
