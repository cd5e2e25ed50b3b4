"""What holds for every calendar, and agreement with an oracle that looks at each single minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from opsloop.base.calendar.engine import WorkCalendar
from opsloop.base.calendar.holidays import CHINA, NONE
from opsloop.base.calendar.rules import DAY, DayHours, Hours, Rules

MINUTE = timedelta(minutes=1)
ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "America/Havana", "UTC")
TURNS = (  # the days around them are where mistakes hide
    datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 4, 4, tzinfo=UTC),
    datetime(2026, 10, 3, tzinfo=UTC), datetime(2026, 2, 14, tzinfo=UTC), datetime(2026, 10, 9, tzinfo=UTC),
    datetime(2026, 12, 30, tzinfo=UTC),
)  # fmt: skip


def _repeated(minute: int) -> bool:
    """Within the hours that some of these zones show twice: there 'the first time' is a convention, not a count."""
    return 0 < minute % DAY < 120


@st.composite
def day_hours(draw: st.DrawFn) -> DayHours:
    out: list[Hours] = []
    clock = draw(st.integers(0, 600))
    for _ in range(draw(st.integers(0, 3))):
        opens = clock + draw(st.integers(0, 400))
        closes = opens + draw(st.integers(1, 600))
        if opens >= DAY or closes > opens + DAY or _repeated(opens) or _repeated(closes):
            break
        out.append(Hours(opens, closes))
        clock = closes
    return tuple(out)


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    week = [draw(day_hours()) for _ in range(7)]
    week[draw(st.integers(0, 6))] = (Hours(540, 720), Hours(780, 1080))
    days = draw(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 12, 31)), day_hours(), max_size=5))
    rules = Rules(tuple(week), draw(st.sampled_from((CHINA, NONE))), draw(st.sampled_from((None, 0, 3))), days)
    return WorkCalendar.of(draw(st.sampled_from(ZONES)), rules)


moments = st.builds(
    lambda turn, minutes: turn + minutes * MINUTE, st.sampled_from(TURNS), st.integers(-3 * DAY, 3 * DAY)
)
fine = st.builds(lambda moment, micros: moment + timedelta(microseconds=micros), moments, st.integers(0, 59_999_999))
amounts = st.integers(1, 20_000)


def oracle(calendar: WorkCalendar, at: datetime) -> bool:
    """Open in this minute? Read off the clock on the wall, knowing nothing of spans."""
    wall = at.astimezone(calendar.zone)
    minute, today = wall.hour * 60 + wall.minute, wall.date()
    rules = calendar.eras[0][1]
    return any(h.opens <= minute < h.closes for h in rules.on(today)) or any(
        h.opens <= minute + DAY < h.closes for h in rules.on(today - timedelta(days=1))
    )


@settings(max_examples=60, deadline=None)
@given(calendars(), moments, st.integers(0, 4 * DAY))
def test_between_is_what_the_oracle_counts(calendar: WorkCalendar, start: datetime, minutes: int) -> None:
    counted = sum(oracle(calendar, start + n * MINUTE) for n in range(minutes))
    assert calendar.between(start, start + minutes * MINUTE) == counted


@settings(max_examples=60, deadline=None)
@given(calendars(), moments, st.integers(1, 900))
def test_add_is_where_the_oracle_gets(calendar: WorkCalendar, start: datetime, minutes: int) -> None:
    left, now = minutes, start
    while left and now < start + timedelta(days=4):
        left -= oracle(calendar, now)
        now += MINUTE
    if not left:
        assert calendar.add(start, minutes) == now


@settings(max_examples=60, deadline=None)
@given(calendars(), moments, st.integers(1, 900))
def test_add_of_a_negative_is_where_the_oracle_gets_going_back(
    calendar: WorkCalendar, start: datetime, minutes: int
) -> None:
    left, now = minutes, start
    while left and now > start - timedelta(days=4):
        now -= MINUTE
        left -= oracle(calendar, now)
    if not left:
        assert calendar.add(start, -minutes) == now


@settings(max_examples=100, deadline=None)
@given(calendars(), moments)
def test_open_is_what_the_oracle_sees(calendar: WorkCalendar, start: datetime) -> None:
    assert calendar.is_open(start) == oracle(calendar, start)
    following = calendar.next_open(start)
    assert oracle(calendar, following)
    assert calendar.between(start, following) == 0


@settings(max_examples=100, deadline=None)
@given(calendars(), fine, amounts)
def test_between_undoes_add(calendar: WorkCalendar, start: datetime, minutes: int) -> None:
    assert calendar.between(start, calendar.add(start, minutes)) == minutes
    assert calendar.between(start, calendar.add(start, -minutes)) == -minutes


@settings(max_examples=100, deadline=None)
@given(calendars(), fine, fine)
def test_add_undoes_between_up_to_closed_time(calendar: WorkCalendar, a: datetime, b: datetime) -> None:
    a, b = sorted((a, b))
    worked = calendar.between(a, b)
    reached = calendar.add(a, worked)
    assert reached <= b
    assert calendar.between(reached, b) == 0


@settings(max_examples=100, deadline=None)
@given(calendars(), fine, fine, amounts, amounts)
def test_add_is_monotone(calendar: WorkCalendar, a: datetime, b: datetime, m: int, n: int) -> None:
    (a, b), (m, n) = sorted((a, b)), sorted((m, n))
    assert calendar.add(a, m) <= calendar.add(b, m)
    assert calendar.add(a, m) <= calendar.add(a, n)
    assert (calendar.add(a, m) < calendar.add(a, n)) == (m < n)


@settings(max_examples=100, deadline=None)
@given(calendars(), fine, amounts, amounts)
def test_two_steps_are_one(calendar: WorkCalendar, start: datetime, m: int, n: int) -> None:
    assert calendar.add(calendar.add(start, m), n) == calendar.add(start, m + n)
    assert calendar.add(calendar.add(start, -m), -n) == calendar.add(start, -m - n)


@settings(max_examples=100, deadline=None)
@given(calendars(), fine, fine, fine)
def test_between_adds_up_and_turns_its_sign(calendar: WorkCalendar, a: datetime, b: datetime, c: datetime) -> None:
    micros = [round(calendar.between(x, y) * 60_000_000) for x, y in ((a, b), (b, c), (a, c))]
    assert micros[0] + micros[1] == micros[2]
    assert calendar.between(b, a) == -calendar.between(a, b)


@settings(max_examples=100, deadline=None)
@given(calendars(), fine, amounts, st.floats(0.01, 0.99), st.integers(0, 5 * DAY))
def test_a_pause_moves_the_end_by_its_working_time_however_it_is_counted(
    calendar: WorkCalendar, start: datetime, minutes: int, part: float, pause: int
) -> None:
    due = calendar.add(start, minutes)
    paused = calendar.add(start, int(minutes * part))
    resumed = paused + pause * MINUTE
    lost = calendar.between(paused, resumed)
    from_start = calendar.add(start, minutes + lost)
    from_resume = calendar.add(resumed, calendar.between(paused, due))
    assert from_start == from_resume == calendar.add(due, lost)
    if lost == 0:
        assert from_start == due


@settings(max_examples=80, deadline=None)
@given(calendars(), fine, st.integers(1, 30))
def test_working_days_are_counted_one_by_one(calendar: WorkCalendar, start: datetime, n: int) -> None:
    end = calendar.add_days(start, n)
    assert end > start
    assert calendar.add_days(start, n - 1) <= end or n == 1
    home = calendar._home(start)
    found, day = 0, home
    while found < n:
        day += timedelta(days=1)
        found += calendar.is_working_day(day)
    assert end == max(closes for _opens, closes in calendar.shifts(day))
