"""Whatever a file holds: each of its rows ends in exactly one place, and that is where a plain reading puts it."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from opsloop.data.cleaning import asides, merging, readers, staging, winners, writing
from opsloop.data.cleaning.contract import Contract, Rule
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.merging import Present
from opsloop.data.cleaning.readers import Manner

CONTRACT = Contract(
    "t",
    (
        Rule("id", required=True),
        Rule("on", "date"),
        Rule("amount", "money", at_least="0"),
        Rule("note", longest=12),
    ),
    key=("id",), time="on", zone="Asia/Shanghai",
)  # fmt: skip
NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEAD = "id,on,amount,note\n"

idents = st.sampled_from(["A", "B", "C", "D", "", " A "])
days = st.sampled_from(["2026-03-01", "2026/4/2", "20260501", "2026-02-30", "x", "", "03/04/2026"])
amounts = st.sampled_from(["1", "2.50", "-1", "1,200.50", "abc", "", " 3 "])
notes = st.sampled_from(["", "ok", 'a "b"', "two\nlines", "a,b", "much too long a note", "中文"])
cells = st.tuples(idents, days, amounts, notes)
ragged = st.sampled_from(["A,2026-03-01\n", "A,2026-03-01,1,x,y\n", "\n"])
lines = st.lists(st.one_of(cells, cells, cells, ragged), max_size=25)
Line = tuple[str, str, str, str] | str


def written(rows: list[Line]) -> tuple[str, list[tuple[int, Line]]]:
    """The file and each row with the line on which it begins; empty lines are no rows."""
    out, placed, at = io.StringIO(HEAD), list[tuple[int, Line]](), 2
    out.seek(0, io.SEEK_END)
    for row in rows:
        before = out.tell()
        if isinstance(row, str):
            out.write(row)
        else:
            csv.writer(out, lineterminator="\n").writerow(row)
        if row != "\n":
            placed.append((at, row))
        at += out.getvalue()[before:].count("\n")
    return out.getvalue(), placed


DAYS = {"2026-03-01": date(2026, 3, 1), "2026/4/2": date(2026, 4, 2), "20260501": date(2026, 5, 1)}
AMOUNTS = {"1": Decimal(1), "2.50": Decimal("2.5"), "1,200.50": Decimal("1200.5"), " 3 ": Decimal(3), "": None}


def fits(row: Line) -> bool:
    """The contract, as a person would read it."""
    if isinstance(row, str):
        return False
    ident, on, amount, note = row
    return bool(ident.strip()) and on in DAYS and amount in AMOUNTS and len(note) <= 12


def put(
    text: str, present: list[Present], load: int, folder: Path
) -> tuple[merging.Merge, asides.Counted, list[int], list[Present]]:
    """One load; answers what it counted, the lines aside, and the files of the new version."""
    path = folder / f"{load}.csv"
    path.write_text(text, encoding="utf-8")
    work = folder / f"work{load}"
    work.mkdir()
    with connected(work, "200MB") as con:
        reading = readers.read(path, path.name, CONTRACT, Manner(), work)
        staged = staging.stage(con, CONTRACT, reading, NOW)
        winners.look_up(con, CONTRACT, {})
        winners.choose(con, CONTRACT)
        counted = asides.gather(con, CONTRACT, reading, staged, load, path.name)
        plan = merging.plan(con, CONTRACT, (), present, load)
        out = folder / f"lake{load}"
        writing.write(con, CONTRACT, plan, present, load, out)
        aside = [row[0] for row in con.execute("select _line from _aside order by 1").fetchall()]
        new = [
            Present(str(file), writing.partition_of(file), 1, None, None)
            for file in sorted(out.rglob("*.parquet"))
            if con.execute(f"select count(*) from '{file}'").fetchall()[0][0]
        ]
    return plan, counted, aside, [one for one in present if one.path not in plan.touched] + new


def contents(present: list[Present], folder: Path) -> dict[str, tuple[date, Decimal | None, str | None]]:
    """key -> what is there; fails when a key is there twice."""
    if not present:
        return {}
    with connected(folder, "200MB") as con:
        rows = con.execute(f'select id, "on", amount, note from {merging.scan([p.path for p in present])}').fetchall()
    assert len({row[0] for row in rows}) == len(rows), "a key is there twice"
    return {row[0]: row[1:] for row in rows}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=lines, second=lines)
@example(first=[("A", "2026-03-01", "1", "")] * 10 + ["\n", "\n", "A,2026-03-01\n"], second=[])
def test_each_row_ends_in_one_place_and_the_newest_of_a_key_counts(first: list[Line], second: list[Line]) -> None:
    wanted: dict[str, tuple[date, Decimal | None, str | None]] = {}
    present: list[Present] = []
    with tempfile.TemporaryDirectory(prefix="opsloop-rows-") as name:
        folder = Path(name)
        for load, rows in enumerate((first, second), 1):
            text, placed = written(rows)
            before, good = dict(wanted), [row for _line, row in placed if not isinstance(row, str) and fits(row)]
            for ident, on, amount, note in good:
                wanted[ident.strip()] = (DAYS[on], AMOUNTS[amount], note or None)
            plan, counted, aside, present = put(text, present, load, folder)
            assert counted.rows_in == len(placed)
            assert aside == [line for line, row in placed if not fits(row)]
            assert plan.kept + plan.duplicates + counted.set_aside == counted.rows_in
            assert plan.kept == sum(before.get(key) != value for key, value in wanted.items())
        assert contents(present, folder) == wanted
