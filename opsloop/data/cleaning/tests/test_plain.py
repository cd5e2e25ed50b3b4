"""The fast way and the careful way make the same of a file, whatever its cells hold."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from opsloop.data.cleaning import asides, plain, readers, staging, winners
from opsloop.data.cleaning.contract import Contract, Rule
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.readers import Manner
from opsloop.data.cleaning.reading import Unreadable
from opsloop.data.cleaning.staged import ORDINAL, STAGE, Staged
from opsloop.data.cleaning.winners import WINNERS

CONTRACT = Contract(
    "t",
    (
        Rule("id", required=True),
        Rule("n", "integer", at_least="-5"),
        Rule("amount", "money", default="0"),
        Rule("share", "number", at_most="1000"),
        Rule("on", "date", required=True, not_after="load"),
        Rule("at", "datetime", zone="Asia/Shanghai"),
        Rule("ok", "boolean"),
        Rule("note", longest=12),
        Rule("when", "date", formats=("%d.%m.%Y",)),
    ),
    key=("id", "n"), keep="largest", keep_by="amount", time="at", zone="America/New_York", unknown="keep",
)  # fmt: skip
NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEAD = [rule.name for rule in CONTRACT.columns]
PLAIN = {
    "id": "A", "n": "1", "amount": "2.50", "share": "0.25", "on": "2026-03-01", "at": "2026-03-01 08:30:00", "ok": "1",
    "note": "", "when": "31.01.2026",
}  # fmt: skip
ODD = {
    "id": [
        "A", "B", "", " A ", "a,b", "　C", '="0012"', "'0012", "`0012", "'s", "1.23457E+17", "2E+15", "E+", "合计",
        "本页小计：",
    ],
    "n": [
        "1", "-6", "1.5", "12.0", "1e3", "5e-1", "0x1F", "1_000", "+1", " 1 ", "1.", ".5", "9007199254740993",
        "-9223372036854775809", "99999999999999999999", "nan", "inf", "1,200", "x", "", "１", "-", "--", "`7", '="8"',
        "0.9999999999", "1.0000000001",
    ],
    "amount": [
        "1", "1.005", "-1", "1e2", "1,200.50", "￥12", "12元", "nan", "", " 3 ", "99999999999999999.99",
        "－１２．５", "—", "`3.5",
    ],
    "share": [
        "1.5", "nan", "inf", "-Infinity", "1e400", "1e-400", "50%", "1_0", "2000", "", "1,5", "٣", "90％", "NULL",
        "#N/A",
    ],
    "on": [
        "2026-03-01", "2026/4/2", "20260501", "2026-02-30", "26-01-31", "epoch", "infinity", "-infinity", "1900-01-01",
        "1900-01-02", "2199-12-31", "2200-01-01", "2026-01-31x", "2026-01-31 BC", "03/04/2026", "2026-01-31 08:00", "",
        "2027-01-01", " 2026-01-31 ", "2026-1-5", "2026-01-31+08", "2026年3月1日", "46329", "46329.5", "29999", "-",
        "２０２６-０３-０１", "`2026-03-01",
    ],
    "at": [
        "2026-01-31 08:30:00", "2026-1-5 8:3:0", "2026-01-31T08:30:00", "2026-01-31 08:30:00+02",
        "2026-01-31 08:30:00Z",
        "2026-01-31 08:30", "2026-01-31 08:30:00.5", "2026-03-08 15:30:00", "2026-01-31 24:00:00", "epoch", "infinity",
        "1900-01-01 00:00:00", "2026-01-31 23:59:60", "2026/01/31 08:30:00", "26-01-31 08:30:00", "x", "",
        "2026-01-31 08:30:00 UTC", "2199-12-31 23:59:59", "2026-01-31  08:30:00",
        "46329", "46329.3368055556", "`2026-01-31 08:30:00", "２０２６-０１-３１ ０８：３０",
    ],
    "ok": ["1", "true", "是", "no", "x", "", " T ", "-", "１"],
    "note": ["", "ok", 'a "b"', "a,b", "much too long a note", "中文", " x "],
    "when": ["31.01.2026", "2026-01-31", "", "x"],
}  # fmt: skip
RAGGED = ["A,1\n", ",".join(["A"] * 12) + "\n", "\n"]

odd = st.sampled_from([(name, cell) for name in HEAD for cell in ODD[name]])
cells = st.lists(odd, max_size=2).map(lambda some: {**PLAIN, **dict(some)})
split = st.one_of(cells, cells, cells, st.sampled_from(RAGGED[:2]))
rows = st.one_of(*(st.lists(one, min_size=1, max_size=30) for one in (cells, split, st.one_of(split, st.just("\n")))))
Row = dict[str, str] | str


@dataclass(frozen=True)
class Made:
    """What one way made of a file, in the file's order."""

    counted: asides.Counted
    aside: list[tuple[object, ...]]
    kept: list[tuple[object, ...]]


def written(lines: list[Row], end: str = "\n") -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end)
    writer.writerow([*HEAD, "more"])
    for row in lines:
        if isinstance(row, str):
            out.write(row.replace("\n", end))
        else:
            writer.writerow([*row.values(), " extra "])
    return out.getvalue()


@contextmanager
def by(fast: bool) -> Iterator[list[Staged | None]]:
    """Force one way, as far as a file lets it. Yields what the fast one answered."""
    said: list[Staged | None] = []
    really = plain.stage

    def stage(*given: object) -> Staged | None:
        said.append(really(*given))  # type: ignore[arg-type]
        return said[-1]

    with (
        mock.patch.object(plain, "FROM_BYTES", 0 if fast else 2**60),
        mock.patch.object(plain, "PLAINLY", 0.0), mock.patch.object(plain, "SHARE_AGAIN", 1e9),
        mock.patch.object(plain, "stage", stage),
    ):  # fmt: skip
        yield said


def made(text: str, *, late: bool = False) -> Made | str:
    """One pass; the error's code where there is one. late: only rows of the id B are found where they should be."""
    with tempfile.TemporaryDirectory(prefix="opsloop-plain-") as name, connected(Path(name), "200MB") as con:
        path = Path(name) / "t.csv"
        path.write_bytes(text.encode())
        try:
            reading = readers.read(path, path.name, CONTRACT, Manner(), Path(name))
            staged = staging.stage(con, CONTRACT, reading, NOW)
            winners.look_up(con, CONTRACT, {})
            if late:
                strange = "_reasons is null and id <> 'B'"
                con.execute(f"insert into _late select rowid, ['id:not_found'] from {STAGE} where {strange}")
            winners.choose(con, CONTRACT)
            counted = asides.gather(con, CONTRACT, reading, staged, 1, path.name)
        except Unreadable as error:
            return str(error)
        aside = con.execute("select * from _aside order by _line").fetchall()
        columns = ", ".join(f'"{one}"::varchar' for one in (*CONTRACT.names, *reading.extras, "day"))
        kept = con.execute(f"select {columns} from {STAGE} where {WINNERS} order by {ORDINAL}").fetchall()
        return Made(counted, aside, kept)


def both(text: str, *, late: bool = False) -> tuple[Made | str, Made | str, bool]:
    """What the fast way made, what the careful one, and whether the fast one was gone to the end."""
    with by(fast=True) as said:
        fast = made(text, late=late)
    with by(fast=False) as never:
        careful = made(text, late=late)
    assert not any(never), "the careful way was asked for"
    return fast, careful, any(said)


def plainly(**other: str) -> Row:
    return {**PLAIN, **other}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows, st.booleans(), st.sampled_from(["\n", "\r\n"]))
@example([plainly(), plainly(n="1.5"), plainly(amount="x"), plainly(amount="3"), "\n"], False, "\n")
def test_both_ways_make_the_same(lines: list[Row], late: bool, end: str) -> None:
    fast, careful, _gone = both(written(lines, end), late=late)
    assert fast == careful


def test_the_fast_way_is_gone_and_leaves_only_doubtful_rows_to_the_careful_one() -> None:
    odd = [plainly(**{name: cell}) for name in HEAD for cell in ODD[name]]
    text = written([row for one in odd for row in (one, plainly())])
    fast, careful, gone = both(text)
    assert gone and fast == careful and isinstance(fast, Made)
    assert fast.counted.rows_in == 2 * len(odd) and 40 < fast.counted.set_aside < len(odd)


def test_of_equal_keys_the_one_further_down_counts_also_among_rows_read_again() -> None:
    at = ["1", "1.0", "1", "1.", "+1", "1.000"]
    lines = [plainly(n=cell, note=f"row {n}") for n, cell in enumerate(at)]
    for some in (lines, lines[:4], lines[:3], lines[1:3], lines[:2]):
        fast, careful, gone = both(written(some))
        assert gone and fast == careful and isinstance(fast, Made)
        assert [row[HEAD.index("note")] for row in fast.kept] == [some[-1]["note"]]  # type: ignore[index]


def test_ragged_rows_and_a_line_below_the_table_are_aside_as_ever() -> None:
    lines: list[Row] = [plainly(n="x"), "A,1\n", plainly(), RAGGED[1], plainly(amount="x"), plainly(on="1.1.2026")]
    fast, careful, gone = both(written(lines) + "合计,,7")
    assert gone and fast == careful and isinstance(fast, Made)
    assert [row[2] for row in fast.aside] == [2, 3, 5, 6, 7, 8]


@pytest.mark.parametrize("cell", ["two\nlines", "\n"])
def test_rows_of_several_lines_go_the_careful_way(cell: str) -> None:
    fast, careful, gone = both(written([plainly(), plainly(note=cell), plainly(n="1.5"), "\n"]))
    assert not gone and fast == careful


def test_a_column_that_is_mostly_written_otherwise_stays_with_the_careful_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain, "FROM_BYTES", 0)
    path = tmp_path / "t.csv"
    path.write_text(written([plainly(amount="￥1", on="2026/3/1"), plainly(n="12.5")] * 50), encoding="utf-8")
    with connected(tmp_path, "200MB") as con:
        reading = readers.read(path, path.name, CONTRACT, Manner(), tmp_path)
        assert reading.plain is not None
        assert set(plain._plainly(con, CONTRACT, reading, reading.plain)) == {"id", "share", "at"}


def test_a_file_with_many_odd_rows_goes_the_careful_way() -> None:
    lines = [plainly(n=str(n), note="much too long a note" if n % 4 == 0 else "") for n in range(80)]
    with by(fast=True) as said, mock.patch.object(plain, "SHARE_AGAIN", 0.2):
        found = made(written(lines))
    assert said == [None] and isinstance(found, Made)
    assert (found.counted.rows_in, found.counted.set_aside) == (80, 20)
