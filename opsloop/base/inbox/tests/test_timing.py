from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsloop.base.inbox.timing import Quiet, after_quiet, clock, next_digest, quiet_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
times = st.times().map(lambda t: t.replace(second=0, microsecond=0))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "digest"),
    [
        ("2026-03-02 00:00", "2026-03-02 08:30"),
        ("2026-03-02 08:29", "2026-03-02 08:30"),
        ("2026-03-02 08:30", "2026-03-02 17:30"),
        ("2026-03-02 17:30", "2026-03-03 08:30"),
    ],
)
def test_the_next_digest(now: str, digest: str) -> None:
    assert next_digest(at(now), SHANGHAI) == at(digest)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2026-03-02 21:59", "2026-03-02 21:59"),
        ("2026-03-02 22:00", "2026-03-03 08:00"),
        ("2026-03-03 07:59", "2026-03-03 08:00"),
        ("2026-03-03 08:00", "2026-03-03 08:00"),
    ],
)
def test_quiet_hours_over_midnight(now: str, goes: str) -> None:
    assert after_quiet(at(now), quiet_of("22:00", "08:00"), SHANGHAI) == at(goes)


def test_quiet_hours_need_both_ends() -> None:
    assert quiet_of("22:00", "") is None and quiet_of("", "08:00") is None and quiet_of("08:00", "08:00") is None
    assert clock("24:00") is None and clock("8:00") is None and clock("08:60") is None and clock("08:30") == time(8, 30)


@given(moments, times, times)
def test_what_waits_goes_outside_the_quiet_hours_and_within_a_day(now: datetime, start: time, end: time) -> None:
    quiet = None if start == end else Quiet(start, end)
    goes = after_quiet(now, quiet, SHANGHAI)
    assert now <= goes <= now + timedelta(days=1)
    assert quiet is None or not quiet.holds(goes.astimezone(SHANGHAI).time())


@given(moments)
def test_a_digest_is_never_more_than_a_night_away(now: datetime) -> None:
    assert timedelta(0) < next_digest(now, SHANGHAI) - now <= timedelta(hours=15)
