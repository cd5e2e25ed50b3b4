"""What is left of a limit, in words: natural time in days, working time in days of the hours that are worked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from opsloop.base.testing import Cast
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.pages.clock import clock, span
from opsloop.engine.cases.world import House

ZONE = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int) -> datetime:
    """In November 2026; the 2nd is a Monday."""
    return datetime(2026, 11, day, hour, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("minutes", "day", "said"),
    [
        (0.4, 1440, "less than a minute"), (90, 1440, "1 hour 30 minutes"), (2879, 1440, "48 hours"),
        (2880, 1440, "2 days"), (7200, 1440, "5 days"), (2940, 1440, "2 days 1 hour"), (480, 480, "8 hours"),
        (960, 480, "2 days"), (7200, 480, "15 days"), (1080, 480, "2 days 2 hours"), (7200, 0, "120 hours"),
    ],
)  # fmt: skip
def test_the_largest_words_that_say_enough(minutes: float, day: float, said: str) -> None:
    assert span(minutes, day) == said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("limit", "due", "said"),
    [
        ("15 working days", at(23, 9), "15 days of working time left"),
        ("4 working hours", at(2, 14), "4 hours of working time left"),
        ("10 days", at(12, 9), "10 days left"),
    ],
)
def test_a_limit_in_working_time_counts_days_as_they_are_worked(
    cast: Cast, limit: str, due: datetime, said: str
) -> None:
    house = House(Case(department=cast.company), "", at(2, 9))
    found: Any = clock(limit, at(2, 9), due, at(2, 9), house, "operations-specialist")
    assert found.text == said
