"""What texts become, and zones by arithmetic against the zone database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsloop.data.cleaning import casts, zones
from opsloop.data.cleaning.contract import Rule
from opsloop.data.cleaning.engine import connected


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    with connected(tmp_path_factory.mktemp("casts"), "200MB") as one:
        yield one


def value(con, rule: Rule, text: str | None) -> str | None:  # type: ignore[no-untyped-def]
    """What is kept of a text, as text."""
    body = "select ?::varchar as r"
    body = f"select r, {casts.parsed(rule, 'r')} as p from ({body})"
    body = f"select r, {casts.bounded(rule, 'p')} as b from ({body})"
    return con.execute(f"select ({casts.typed(rule, 'r', 'b')})::varchar from ({body})", [text]).fetchall()[0][0]


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("text", "  A B ", "A B"), ("text", "　", None), ("text", "\u00a0x\t", "x"),
        ("text", '="0012"', "0012"), ("text", "'0012", "0012"), ("text", "`0012", "0012"), ("text", "'s", "'s"),
        ("text", "'90s", "'90s"),
        ("text", "-", "-"), ("text", "=1+2", "=1+2"), ("integer", "１２", "12"), ("integer", "-", None),
        ("money", "－１，２３４．５０", "-1234.50"), ("money", "`12.50", "12.50"), ("number", "90％", "0.9"),
        ("number", "９０%", "0.9"), ("date", "46329", "2026-11-03"), ("date", "29999", None),
        ("date", "12345678", None),
        ("date", "２０２６-１１-０３", "2026-11-03"), ("date", "`2026-11-03 08:05:00", "2026-11-03"),
        ("boolean", "１", "true"),
        ("integer", "12", "12"), ("integer", "12.0", "12"), ("integer", "12.5", None), ("integer", "1,234", "1234"),
        ("integer", "1,23", None), ("integer", "99999999999999999999", None), ("integer", " 7 ", "7"),
        ("money", "1.005", "1.01"), ("money", "￥1,234.50", "1234.50"), ("money", "12元", "12.00"),
        ("money", "1.234,50", None), ("money", "-3", "-3.00"), ("money", "nan", None),
        ("number", "1e3", "1000.0"), ("number", "12.5%", "0.125"), ("number", "inf", None), ("number", "NaN", None),
        ("date", "2026-01-31", "2026-01-31"), ("date", "2026/1/31", "2026-01-31"), ("date", "20260131", "2026-01-31"),
        ("date", "2026年1月31日", "2026-01-31"), ("date", "2026.01.31", "2026-01-31"), ("date", "2026-02-30", None),
        ("date", "31/01/2026", None), ("date", "infinity", None), ("date", "0026-01-31", None),
        ("boolean", "是", "true"), ("boolean", "N", "false"), ("boolean", "maybe", None),
    ],
)  # fmt: skip
def test_what_a_text_becomes(con: object, kind: str, text: str, wanted: str | None) -> None:
    assert value(con, Rule("x", kind), text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-01-31 08:00:00", "2026-01-31 00:00:00+00"), ("2026-01-31T08:00:00Z", "2026-01-31 08:00:00+00"),
        ("2026-01-31 08:00:00+08:00", "2026-01-31 00:00:00+00"), ("2026-01-31 08:00+00", "2026-01-31 08:00:00+00"),
        ("2026-01-31 08:00-05", "2026-01-31 13:00:00+00"), ("2026年1月31日 8:00", "2026-01-31 00:00:00+00"),
        ("20260131080000", "2026-01-31 00:00:00+00"), ("2026/1/31 8:00", "2026-01-31 00:00:00+00"),
        ("2026-01-31", "2026-01-30 16:00:00+00"), ("2026-01-31 08:00:00.25", "2026-01-31 00:00:00.25+00"),
        ("46329.3368055556", "2026-11-03 00:05:00+00"), ("`2026-01-31 08:00:00", "2026-01-31 00:00:00+00"),
        ("2026-13-01 08:00:00", None), ("8:00", None),
    ],
)  # fmt: skip
def test_what_a_moment_becomes(con: object, text: str, wanted: str | None) -> None:
    assert value(con, Rule("x", "datetime", zone="Asia/Shanghai"), text) == wanted


def test_an_offset_is_read_also_where_the_zone_is_utc(con: object) -> None:
    assert value(con, Rule("x", "datetime"), "2026-01-31 08:00:00+08:00") == "2026-01-31 00:00:00+00"
    assert value(con, Rule("x", "datetime"), "2026-01-31 08:00-05") == "2026-01-31 13:00:00+00"


def test_other_ways_of_writing_are_read_as_the_source_says(con: object) -> None:
    assert value(con, Rule("x", "date", formats=("%d/%m/%Y",)), "03/04/2026") == "2026-04-03"
    assert value(con, Rule("x", "date", formats=("%d/%m/%Y",)), "2026-04-03") is None


MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2040, 1, 1))
ZONES = st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "UTC"])


@settings(max_examples=150, deadline=None)
@given(at=MOMENTS, zone=ZONES)
def test_arithmetic_with_zones_is_what_the_zone_database_says(at: datetime, zone: str) -> None:
    at = at.replace(microsecond=0)
    with connected(Path("/tmp"), "100MB") as con:
        text = f"timestamp '{at:%Y-%m-%d %H:%M:%S}'"
        local, back, icu = con.execute(
            f"select {zones.local('t', zone)}, {zones.utc('t', zone)},"
            f" timezone('UTC', timezone('{zone}', t)) from (select {text} as t)"
        ).fetchall()[0]
    assert local == at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert back == icu  # the other way a clock may show an hour twice or never: DuckDB's own answer holds


def test_the_hours_around_a_change_of_the_clock(con: object) -> None:
    for base in (datetime(2026, 3, 8), datetime(2026, 11, 1)):
        for minutes in range(0, 300, 15):
            at = base + timedelta(minutes=minutes)
            ours, icu = con.execute(  # type: ignore[attr-defined]
                f"select {zones.utc('t', 'America/New_York')}, timezone('UTC', timezone('America/New_York', t))"
                f" from (select timestamp '{at}' as t)"
            ).fetchall()[0]
            assert ours == icu, at
