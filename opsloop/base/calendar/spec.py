"""A compiled calendar file and what may be wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from opsloop.base.calendar import holidays
from opsloop.base.calendar.rules import DayHours, Hours, Rules


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where (dotted), what was expected, how to put it right; in the reader's language."""

    field: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.field}: {self.expected} {self.remedy}"


class SpecProblems(ValueError):
    """Everything that is wrong in a calendar file."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Spec:
    """A compiled calendar file: what the model's JSON holds and the engine runs."""

    code: str
    title: str
    zone: str
    rules: Rules
    departments: tuple[str, ...] = ()
    note: str = ""

    def plain(self) -> dict[str, Any]:
        """As JSON; `read` takes it back."""
        rules = self.rules
        return {
            "timezone": self.zone,
            "week": [_plain(one) for one in rules.week],
            "holidays": next(name for name, rule in holidays.RULES.items() if rule is rules.holidays),
            "make_up": rules.make_up,
            "days": {day.isoformat(): _plain(one) for day, one in sorted(rules.days.items())},
            "years": sorted(rules.supplied),
            "for": list(self.departments),
            "note": self.note,
        }


def _plain(day: DayHours) -> list[list[int]]:
    return [[one.opens, one.closes] for one in day]


def _hours(plain: list[list[int]]) -> DayHours:
    return tuple(Hours(opens, closes) for opens, closes in plain)


def read(code: str, title: str, plain: Mapping[str, Any]) -> Spec:
    """The spec that `plain` was made from."""
    days = {date.fromisoformat(day): _hours(one) for day, one in plain["days"].items()}
    rules = Rules(
        tuple(_hours(one) for one in plain["week"]),
        holidays.RULES[plain["holidays"]],
        plain["make_up"],
        MappingProxyType(days),
        frozenset(plain["years"]),
    )
    return Spec(code, title, plain["timezone"], rules, tuple(plain["for"]), plain["note"])
