"""On whom most of a metric rests, against shares worked by hand."""

from __future__ import annotations

from datetime import date

from opsloop.data.metrics.firsts import Firsts, One, firsts
from opsloop.data.metrics.questions import Result, Row

BEGAN, SINCE = date(2026, 1, 5), date(2025, 11, 17)


def _of(**amounts: float | None) -> Result:
    rows = tuple(Row(SINCE, (None if who == "nobody" else who,), value) for who, value in amounts.items())
    return Result("sales", "Sales", "money", rows=rows, since=SINCE, first_day=BEGAN)


def test_the_last_of_the_first_is_rounded_up_and_the_silent_are_those_not_there_lately() -> None:
    every = _of(a=50.0, b=20.0, c=10.0, d=5.0, e=5.0, f=0.0, g=None, nobody=10.0)
    lately = _of(a=1.0, b=0.0, c=2.0)
    a, b = One("a", 50.0, 0.5, 0.5, False), One("b", 20.0, 0.2, 0.7, True)
    assert firsts(every, lately, 20) == Firsts((a,), BEGAN)
    found = firsts(every, lately, 21)
    assert found == Firsts((a, b), BEGAN)
    assert (found.count, found.share, found.silent) == (2, 0.7, 1)


def test_where_nobody_is_there_nothing_is_said() -> None:
    assert firsts(_of(nobody=3.0), _of(), 20) is None
    assert firsts(Result("sales", "Sales", "money", waiting="no data"), _of(), 20) is None
    assert firsts(None, None, 20) is None
