"""The heavy part of a load, outside any transaction: a file to new files of the lake and the numbers about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from opsloop.data.cleaning import asides, merging, readers, sql, staging, winners, writing
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.readers import Manner
from opsloop.data.cleaning.reading import Reading, Unreadable
from opsloop.data.cleaning.staged import STAGE, Staged
from opsloop.data.lake import manifest, store, sweeping
from opsloop.data.sources.loading import erased
from opsloop.data.sources.loading.writing import below_lake, described, new_folder, present_files
from opsloop.data.sources.models import Load, LoadState
from opsloop.data.sources.prepared import Part, Prepared

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

SUFFIX = "__aside"
MANY_DAYS = 0.5
"""Where the main day has less than this share of the rows, the file is a delivery of several days, and no usual one."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What one pass over a file found. days: good rows by business day; figures: sums over the winners.

    ignored: headings that the contract does not know. erased: rows of people who were erased before.
    """

    rows_in: int
    set_aside: int
    good: int
    first_day: date | None
    last_day: date | None
    days: dict[date, int] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    erased: int = 0

    @property
    def main_day(self) -> date | None:
        """The business day of most rows; of two alike the later."""
        return max(self.days, key=lambda day: (self.days[day], day)) if self.days else None

    @property
    def counts_for(self) -> date | None:
        """The business day the load counts for: the main one; of a delivery of several days the last."""
        main = self.main_day
        return self.last_day if main is not None and self.several else main

    @property
    def several(self) -> bool:
        """Has no day as much as half of the rows?"""
        main = self.main_day
        return main is not None and self.days[main] < MANY_DAYS * self.good


def clean(
    con: Connection, contract: Contract, manner: Manner, path: Path, name: str, load: int, folder: Path,
    *, loaded_at: datetime | None = None, figures: Sequence[str] = (),
) -> tuple[Cleaned, Reading]:  # fmt: skip
    """Stage a file and weigh its rows, see `weigh`. Raises Unreadable."""
    reading, staged = stage(con, contract, manner, path, name, folder, loaded_at)
    return weigh(con, contract, reading, staged, name, load, figures), reading


def weigh(
    con: Connection, contract: Contract, reading: Reading, staged: Staged, name: str, load: int,
    figures: Sequence[str] = (),
) -> Cleaned:  # fmt: skip
    """Decide of each staged row whether it counts: afterwards the connection holds `_stage`, `_late`, `_losers` and
    `_aside`. Raises Unreadable."""
    gone = erased.take_out(con, contract, list(reading.extras))
    winners.look_up(con, contract, lookups(contract))
    winners.choose(con, contract)
    counted = asides.gather(con, contract, reading, staged, load, name)
    if counted.rows_in >= 100 and counted.set_aside == counted.rows_in and len(staged.rejects) == counted.rows_in:
        raise Unreadable("no_table", 2)
    return replace(judged(con, contract, reading, counted, figures), erased=gone)


def stage(
    con: Connection, contract: Contract, manner: Manner, path: Path, name: str, folder: Path,
    loaded_at: datetime | None = None,
) -> tuple[Reading, Staged]:  # fmt: skip
    """Fill `_stage`; a file that turns out to mix encodings or line ends is mended and read once more. Raises
    Unreadable. loaded_at: the moment of the load, None for now."""
    mended: tuple[str, ...] = ()
    at = loaded_at or timezone.now()
    while True:
        reading = readers.read(path, name, contract, manner, folder, mended=mended)
        try:
            staged = staging.stage(con, contract, reading, at)
        except Exception as error:
            if "line_ends" in mended or "state machine" not in str(error):
                raise
            mended = (*mended, "line_ends")
            continue
        if "encoding" in mended or not any(one.code == "unreadable" for one in staged.rejects):
            return reading, staged
        mended = (*mended, "encoding")


def lookups(contract: Contract) -> dict[str, str]:
    """What stands behind FROM for each relation that the contract refers to and that is loaded."""
    names = {rule.reference[0] for rule in contract.columns if rule.reference is not None}
    found = {name: manifest.newest(name) for name in names}
    out: dict[str, str] = {}
    for name, snapshot in found.items():
        columns = {one["name"] for one in snapshot.columns} if snapshot else set()
        wanted = {rule.reference[1] for rule in contract.columns if rule.reference and rule.reference[0] == name}
        if snapshot is not None and (not columns or wanted <= columns):
            out[name] = store.relation(snapshot)
    return out


def judged(
    con: Connection, contract: Contract, reading: Reading, counted: asides.Counted, figures: Sequence[str]
) -> Cleaned:
    """Counts, days and sums of what is staged."""
    days: dict[date, int] = {}
    if contract.time:
        rows = con.execute(f"select day, count(*) from {STAGE} where {winners.GOOD} group by day").fetchall()
        days = dict(rows)
    sums = ", ".join(f"coalesce(sum({sql.name(one)}), 0)::double" for one in figures)
    found = con.execute(f"select count(*){', ' + sums if sums else ''} from {STAGE} where {winners.WINNERS}").fetchall()
    return Cleaned(
        counted.rows_in, counted.set_aside, counted.rows_in - counted.set_aside, min(days, default=None),
        max(days, default=None), days, dict(zip(figures, found[0][1:], strict=True)), reading.ignored,
    )  # fmt: skip


def merge(
    con: Connection, contract: Contract, extras: Sequence[str], cleaned: Cleaned, load: int, arrived: int | None = None
) -> Prepared:
    """Write what is staged as new files of the lake, against the newest versions of its tables.

    arrived: the load with which the rows came, for those that a person repaired since.
    """
    last, last_aside = manifest.newest(contract.table), manifest.newest(contract.table + SUFFIX)
    present = present_files(last)
    came = load if arrived is None else arrived
    plan = merging.plan(
        con, contract, extras, present, came, later=_later(contract, came), adds=arrived is not None,
    )  # fmt: skip
    columns = tuple({"name": name, "type": kind, "personal": _personal(contract, name)} for name, kind in plan.columns)
    removed = [one.path for one in present] if plan.whole else list(plan.touched)
    main = None
    if plan.kept or removed or last is None:
        folder = new_folder(contract.table)
        writing.write(con, contract, plan, present, load, folder)
        partition = "" if contract.time else writing.ALL
        files = described(con, folder, day=bool(contract.time), partition=partition)
        main = Part(
            contract.table, tuple(files), tuple(below_lake(one) for one in removed), last.pk if last else 0, columns
        )
    aside = None
    if cleaned.set_aside:
        aside = write_aside(con, contract, extras, load, (), last_aside.pk if last_aside else 0)
    return Prepared(
        rows_in=cleaned.rows_in, kept=plan.kept, duplicates=plan.duplicates, set_aside=cleaned.set_aside,
        first_day=cleaned.first_day, last_day=cleaned.last_day, figures=cleaned.figures, main=main, aside=aside,
    )  # fmt: skip


def _later(contract: Contract, came: int) -> list[int]:
    """Files of the source that were loaded after this one came: what was held or set aside may be older than they."""
    if contract.brings == "rows":
        return []
    rows = Load.objects.filter(source__ident=contract.table.replace("_", "-"), pk__gt=came, repairs=None)
    return list(rows.filter(state=LoadState.LOADED).values_list("pk", flat=True))


def write_aside(
    con: Connection, contract: Contract, extras: Sequence[str], load: int, removed: Sequence[str], after: int
) -> Part:
    """Write `_aside` as the one file of this load's rows aside."""
    folder = new_folder(contract.table + SUFFIX)
    asides.write(con, folder)
    files = described(con, folder, day=False, partition=f"load-{load}")
    own = [{"name": name, "type": kind, "personal": ""} for name, kind in asides.OWN]
    names = [*contract.names, *extras]
    theirs = [{"name": name, "type": "VARCHAR", "personal": _personal(contract, name)} for name in names]
    # a row that could not be split is text in which any of the columns may stand
    worst = next((rule.personal for rule in contract.columns if rule.personal), "")
    own[-1]["personal"] = worst
    return Part(contract.table + SUFFIX, tuple(files), tuple(removed), after, (*own, *theirs))


def _personal(contract: Contract, name: str) -> str:
    return contract.rule(name).personal if name in contract.names else ""


def discard(prepared: Prepared) -> None:
    """Files that were written for a version that is not published."""
    for part in (prepared.main, prepared.aside):
        if part is not None:
            sweeping.delete(one.path for one in part.added)
