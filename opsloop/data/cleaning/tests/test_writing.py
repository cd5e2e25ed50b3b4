"""Months picked out one by one and rows sorted into folders are the same files."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from opsloop.data.cleaning import merging, readers, staging, winners, writing
from opsloop.data.cleaning.contract import Contract, Rule
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.merging import Present
from opsloop.data.cleaning.readers import Manner

CONTRACT = Contract(
    "t", (Rule("id", "integer", required=True), Rule("on", "date", required=True), Rule("amount", "money")),
    key=("id",), time="on",
)  # fmt: skip
NOW = datetime(2026, 12, 1, tzinfo=UTC)
BEGIN = date(2026, 1, 1)


def put(rows: list[tuple[int, date, int]], present: list[Present], load: int, folder: Path) -> list[Present]:
    """One load of these rows; the files of the new version."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{load}.csv"
    path.write_text("id,on,amount\n" + "".join(f"{n},{day},{amount}\n" for n, day, amount in rows), encoding="utf-8")
    work = folder / f"work{load}"
    work.mkdir()
    with connected(work, "200MB") as con:
        reading = readers.read(path, path.name, CONTRACT, Manner(), work)
        staging.stage(con, CONTRACT, reading, NOW)
        winners.look_up(con, CONTRACT, {})
        winners.choose(con, CONTRACT)
        plan = merging.plan(con, CONTRACT, (), present, load)
        out = folder / f"lake{load}"
        writing.write(con, CONTRACT, plan, present, load, out)
        new = [_present(con, file) for file in sorted(out.rglob("*.parquet"))]
    return [one for one in present if one.path not in plan.touched] + new


def _present(con: DuckDBPyConnection, file: Path) -> Present:
    rows, first, last = con.execute(f"select count(*), min(day), max(day) from '{file}'").fetchall()[0]
    return Present(str(file), writing.partition_of(file), rows, first, last)


def held(present: list[Present], folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """partition -> its rows, in their order by key."""
    out: dict[str, list[tuple[object, ...]]] = {}
    with connected(folder, "200MB") as con:
        for one in present:
            rows = con.execute(f"select id, day, amount from {merging.scan([one.path])} order by id").fetchall()
            assert rows, "no file is empty"
            out[one.partition] = sorted(out.get(one.partition, []) + rows)
    return out


@pytest.mark.parametrize("ordered", [True, False])
def test_both_ways_of_writing_make_the_same_months(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ordered: bool
) -> None:
    draw = random.Random(7)
    first = [(n, BEGIN + timedelta(days=draw.randrange(200)), draw.randrange(9999)) for n in range(3000)]
    # the second load moves every row of March to other months, changes some, and brings a month of its own
    second = [(n, date(2026, 4, 9), amount) for n, day, amount in first if day.month == 3]
    second += [(n, day, amount + 1) for n, day, amount in first[::17] if day.month != 3] + [(9001, date(2026, 9, 1), 5)]
    if ordered:
        first.sort(key=lambda row: row[1])
    found = []
    for readings in (0.0, 1e9):
        monkeypatch.setattr(writing, "READINGS", readings)
        folder = tmp_path / str(readings)
        present = put(second, put(first, [], 1, folder), 2, folder)
        found.append(held(present, folder))
    assert found[0] == found[1]
    wanted = {**{n: (day, amount) for n, day, amount in first}, **{n: (day, amount) for n, day, amount in second}}
    assert {row[0]: row[1:] for rows in found[0].values() for row in rows} == wanted
    assert (
        sorted(found[0]) == sorted({f"{day:%Y-%m}" for day, _amount in wanted.values()}) and "2026-03" not in found[0]
    )


def test_rows_in_the_order_of_their_days_are_picked_out_by_month(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picked: list[date] = []
    really = writing._one_month
    monkeypatch.setattr(writing, "_one_month", lambda c, b, month, f: (picked.append(month), really(c, b, month, f))[1])
    days = [BEGIN + timedelta(days=n) for n in range(80)]
    put([(n, day, 1) for n, day in enumerate(days)], [], 1, tmp_path / "few")
    assert picked == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    put([(n, BEGIN + timedelta(days=n), 1) for n in range(330)], [], 1, tmp_path / "eleven in one block")
    assert len(picked) == 3
