"""Which file comes when: thirty days one by one, one late, one broken off; then a file a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from opsloop.demo import arriving
from opsloop.demo.arriving import Arrival
from opsloop.demo.chosen import Chosen
from opsloop.demo.grocer import Shift

TODAY = date(2026, 11, 21)
CHOSEN = Chosen(Shift.to(TODAY).weeks, TODAY)


def named(arrivals: list[Arrival], start: str) -> list[Arrival]:
    return [one for one in arrivals if one.name.startswith(start)]


def test_thirty_days_come_as_files_of_their_own_after_the_history() -> None:
    sales = [one for one in arriving.at_set_up(CHOSEN) if one.source == "transactions"]
    assert sales[0].name == "transactions-2025-11-30-to-2026-10-21.parquet"
    assert sales[1].name == "transactions-2026-10-22.csv"
    assert sales[-1].name == "transactions-2026-11-20.csv"
    assert len(sales) == 1 + 30 + 1


def test_one_day_came_late_and_one_broke_off_before_it_came_whole() -> None:
    arrivals = list(arriving.at_set_up(CHOSEN))
    [late] = named(arrivals, "transactions-2026-11-16")
    assert late.at == datetime(2026, 11, 17, 18, 40, tzinfo=UTC)
    broken, whole = named(arrivals, "transactions-2026-11-18")
    assert broken.name == "transactions-2026-11-18-interrupted.csv"
    assert broken.at and whole.at and broken.at < whole.at < datetime(2026, 11, 19, 11, tzinfo=UTC)


def test_everything_at_once_is_one_file_for_each_source() -> None:
    for chosen in (Chosen(0, TODAY, True), Chosen(CHOSEN.weeks, TODAY, True)):
        arrivals = list(arriving.at_set_up(chosen))
        assert len({one.source for one in arrivals}) == len(arrivals) == 7
        assert list(arriving.since_set_up(chosen, TODAY + timedelta(days=40))) == []


def test_each_day_brings_its_files_until_the_data_ends_and_none_when_the_stores_were_closed() -> None:
    assert list(arriving.since_set_up(CHOSEN, TODAY)) == []
    names = [
        one.name for one in arriving.since_set_up(CHOSEN, TODAY + timedelta(days=40)) if one.source == "transactions"
    ]
    assert names[:3] == [f"transactions-2026-11-{day}.csv" for day in (21, 22, 24)]
    assert names[-1] == "transactions-2026-11-29.csv"


def test_promotions_come_by_month_then_by_week_and_later_weeks_on_their_mondays() -> None:
    arrivals = list(arriving.promotions_at_set_up(CHOSEN))
    names = [one.name for one in arrivals]
    assert names[:2] == ["promotions-2025-11-30.parquet", "promotions-2025-12-01.parquet"]
    assert names[-6:] == [
        f"promotions-2026-{day}.parquet" for day in ("10-01", "10-19", "10-26", "11-02", "11-09", "11-16")
    ]
    assert arrivals[-1].at is not None and arrivals[-1].at.date() == date(2026, 11, 17)
    later = [one.name for one in arriving.since_set_up(CHOSEN, TODAY + timedelta(days=3)) if one.source == "promotions"]
    assert later == ["promotions-2026-11-23.parquet"]


def test_all_weeks_of_promotions_come_once() -> None:
    weeks = {CHOSEN.shift.first} | {CHOSEN.shift.first + timedelta(days=1 + 7 * n) for n in range(52)}
    came: list[date] = []
    for chosen, until in ((CHOSEN, TODAY), (Chosen(CHOSEN.weeks, TODAY, True), CHOSEN.shift.last)):
        starts = [date.fromisoformat(one.name[11:21]) for one in arriving.promotions_at_set_up(chosen)]
        ends = [*(day - timedelta(days=1) for day in starts[1:]), until]
        came = [week for since, end in zip(starts, ends, strict=True) for week in sorted(weeks) if since <= week <= end]
        assert came == sorted(week for week in weeks if week <= until)


def test_days_that_lie_ahead_bear_the_morning_after_them() -> None:
    ahead = list(arriving.since_set_up(CHOSEN, TODAY + timedelta(days=2), ahead=True))
    assert [one.at.date() for one in ahead if one.at is not None] == [TODAY + timedelta(days=n) for n in (1, 1, 2, 2)]
