"""When a series comes round."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from opsloop.engine.assignments.rhythm import Beat

DAYS = st.dates(date(2024, 1, 1), date(2030, 1, 1))


def office(day: date) -> bool:
    return day.isoweekday() < 6


BEATS = st.one_of(
    st.builds(Beat, st.just("workdays")),
    st.builds(
        Beat, st.just("weekly"), st.sets(st.integers(1, 7), min_size=1), st.just(1),
        st.sampled_from(["stay", "before", "after"]),
    ),
    st.builds(
        Beat, st.just("monthly"), st.just(()), st.integers(1, 31), st.sampled_from(["stay", "before", "after"])
    ),
)  # fmt: skip


@given(BEATS, DAYS)
def test_the_next_day_lies_ahead_and_none_between_was_missed(beat: Beat, last: date) -> None:
    found = beat.after(last, office)
    assert found is not None and found > last
    named = [last + timedelta(days=n) for n in range(-31, (found - last).days + 32)]
    placed = {beat.placed(day, office) for day in named if beat.falls_on(day, office)}
    assert min(day for day in placed if day > last) == found


@given(st.integers(1, 31), DAYS)
def test_a_monthly_one_comes_once_in_each_month(month_day: int, start: date) -> None:
    beat, day, seen = Beat("monthly", month_day=month_day), start, []
    for _ in range(14):
        found = beat.after(day, office)
        assert found is not None
        seen.append((found.year, found.month))
        day = found
    assert len(set(seen)) == 14
    first = seen[0][0] * 12 + seen[0][1]
    assert [year * 12 + month for year, month in seen] == list(range(first, first + 14))


def test_hand_worked_days() -> None:
    friday = date(2026, 11, 27)
    assert Beat("workdays").after(friday, office) == date(2026, 11, 30)
    assert Beat("weekly", (1, 4)).after(friday, office) == date(2026, 11, 30)
    assert Beat("monthly", month_day=31).after(friday, office) == date(2026, 11, 30)
    assert Beat("monthly", month_day=31).after(date(2027, 1, 31), office) == date(2027, 2, 28)
    assert Beat("weekly", (6, 7), day_off="before").after(date(2026, 11, 26), office) == friday
    assert Beat("weekly", (6, 7), day_off="before").after(friday, office) == date(2026, 12, 4)
    assert Beat("weekly", (6,), day_off="after").after(friday, office) == date(2026, 11, 30)


def test_a_calendar_that_never_works_has_no_next_working_day() -> None:
    assert Beat("workdays").after(date(2026, 1, 1), lambda _day: False) is None
