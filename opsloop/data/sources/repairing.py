"""Rows aside that a person corrects or gives up: through the same contract, in one act, with a trace.

    repair(load, {12: {"amount": "12.50"}}, by=person, reason="Typed wrong")
    dismiss(load, [13, 14], by=person, reason="Tests of the shop")

`load` is the one whose rows aside they are, lines are theirs. Corrected rows leave 异常数据 for the lake, or stay there
under the repairing load with their new reasons; of a key source they wait until a second person releases them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.base.people.models import Person
from opsloop.data.cleaning import asides, sql, staging, winners
from opsloop.data.cleaning.contract import Contract
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.merging import scan
from opsloop.data.cleaning.reading import Reading
from opsloop.data.lake import manifest
from opsloop.data.lake.models import Snapshot
from opsloop.data.lake.writing import writer
from opsloop.data.sources import actions
from opsloop.data.sources.contracts import contract_of
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.loading import erased, files, preparing
from opsloop.data.sources.loading.results import LoadResult
from opsloop.data.sources.loading.writing import below_lake, described, new_folder, present_files
from opsloop.data.sources.models import Attempt, Load
from opsloop.data.sources.prepared import Mended, Part, Prepared

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

MOST = 5000
MEMORY = "512MB"
NAMES = tuple(name for name, _kind in asides.OWN)
Rows = Mapping[int, Mapping[str, str | None]]
"""line -> the cells that are changed, as text."""


def repair(load: Load, rows: Rows, *, by: Person, reason: str) -> LoadResult:
    """Take corrected rows in. Raises Refused when one of them is not aside any more, or there are too many."""
    _refuse_number(len(rows))
    attempt = _begin(load, by)
    with files.working_folder(attempt.pk) as folder, writer((load.source.table,)), connected(folder, MEMORY) as con:
        before = _rows_aside(con, load, list(rows))
        after = {line: {**before[line], **_known(load, changed)} for line, changed in rows.items()}
        mended = tuple(Mended(line, before[line], after[line]) for line in sorted(after))
        if definition_of(load.source).key_source:
            return LoadResult.of(_hold(load, attempt, mended, by))
        prepared = _prepare(con, load, attempt.pk, after)
        _keep(attempt, replace(prepared, mended=mended))
        return LoadResult.of(actions.repair_prepared(load, by=by, reason=reason, attempt=attempt.pk))


def dismiss(load: Load, lines: Sequence[int], *, by: Person, reason: str) -> None:
    """Give rows aside up for good. Raises Refused when one of them is not aside any more."""
    _refuse_number(len(lines))
    attempt = _begin(load, by)
    with files.working_folder(attempt.pk) as folder, writer((load.source.table,)), connected(folder, MEMORY) as con:
        before = _rows_aside(con, load, lines)
        aside = _without(con, load, list(before))
        mended = tuple(Mended(line, before[line], None) for line in sorted(before))
        _keep(attempt, Prepared(aside=aside, mended=mended))
        actions.dismiss_prepared(load, by=by, reason=reason, attempt=attempt.pk)


def release_repair(held: Load, *, by: Person, reason: str) -> Load:
    """Let repaired rows of a key source in; called by loading.release."""
    assert held.repairs is not None
    values = json.loads(files.held_path(held.held_file).read_text(encoding="utf-8"))
    rows = {int(line): cells for line, cells in values.items()}
    attempt = _begin(held.repairs, by)
    place = held.held_file
    with files.working_folder(attempt.pk) as folder, writer((held.source.table,)), connected(folder, MEMORY) as con:
        _rows_aside(con, held.repairs, list(rows))
        _keep(attempt, _prepare(con, held.repairs, held.pk, rows))
        done = actions.release_held(held, by=by, reason=reason, attempt=attempt.pk)
    files.drop_held(place)
    return done


def _refuse_number(n: int) -> None:
    if not n:
        raise Refused(_t("Nothing was chosen."))
    if n > MOST:
        raise Refused(_t("At most {n} rows at once.").format(n=MOST))


def _begin(load: Load, by: Person) -> Attempt:
    return Attempt.objects.create(
        source=load.source, by=by, file=load.file, size=0, began_at=timezone.now(), step="repairing"
    )


def _keep(attempt: Attempt, prepared: Prepared) -> None:
    attempt.prepared = prepared.plain()
    attempt.save(update_fields=["prepared"])


def _known(load: Load, changed: Mapping[str, str | None]) -> dict[str, str | None]:
    """Cells of the source's columns, nothing where only blanks were typed."""
    names = definition_of(load.source).columns
    if unknown := sorted(set(changed) - set(names)):
        raise Refused(_t("There is no column {name}.").format(name=unknown[0]))
    return {name: (value or "").strip() or None for name, value in changed.items()}


def _aside_version(load: Load) -> Snapshot:
    found = manifest.newest(load.source.table + preparing.SUFFIX)
    if found is None:
        raise Refused(_t("These rows are not aside any more."))
    return found


def _rows_aside(con: Connection, load: Load, lines: Sequence[int]) -> dict[int, dict[str, Any]]:
    """line -> its cells as they arrived. Fills `_chosen` with where they lie. Raises Refused when one is gone."""
    paths = [one.path for one in present_files(_aside_version(load))]
    if not paths:
        raise Refused(_t("These rows are not aside any more."))
    con.execute(
        "create or replace temp table _chosen as select filename as file, file_row_number as place,"
        " * exclude (filename, file_row_number)"
        f" from {scan(paths, ', filename = true, file_row_number = true')}"
        f" where _load = {load.pk} and _line in (select unnest(?::bigint[]))",
        [list(lines)],
    )
    cursor = con.execute("select * exclude (file, place) from _chosen")
    names = [one[0] for one in cursor.description or ()]
    found = {}
    for row in cursor.fetchall():
        cells = dict(zip(names, row, strict=True))
        found[int(cells["_line"])] = {name: value for name, value in cells.items() if name not in NAMES}
    if missing := sorted(set(lines) - set(found)):
        raise Refused(_t("The row of line {line} is not aside any more.").format(line=missing[0]))
    return found


def _prepare(con: Connection, load: Load, number: int, rows: Mapping[int, Mapping[str, str | None]]) -> Prepared:
    """The corrected rows through the contract and into new files; `_chosen` says which rows aside they were."""
    contract = contract_of(load.source)
    reading = _reading(con, contract, rows)
    staged = staging.stage(con, contract, reading, timezone.now())
    erased.take_out(con, contract, list(reading.extras))
    winners.look_up(con, contract, preparing.lookups(contract))
    winners.choose(con, contract)
    counted = asides.gather(con, contract, reading, staged, number, load.file)
    cleaned = preparing.judged(con, contract, reading, counted, ())
    prepared = preparing.merge(con, contract, list(reading.extras), cleaned, number, arrived=_first(load).pk)
    left = _without(con, load, list(rows))
    if prepared.aside is not None:
        left = replace(left, added=(*left.added, *prepared.aside.added), columns=prepared.aside.columns)
    return replace(prepared, aside=left, due_on=cleaned.main_day)


def _reading(con: Connection, contract: Contract, rows: Mapping[int, Mapping[str, str | None]]) -> Reading:
    """The corrected rows as a relation, in the order of their lines."""
    names = list(contract.names)
    seen = {name for cells in rows.values() for name in cells}
    extras = sorted(seen - set(names)) if contract.unknown == "keep" else []
    columns = [*names, *extras]
    listed = ", ".join(f"{sql.name(one)} varchar" for one in columns)
    con.execute(f"create or replace temp table _mended (_line bigint, {listed})")
    ordered = sorted(rows)
    values: list[list[Any]] = [ordered]
    values += [[rows[line].get(one) for line in ordered] for one in columns]
    cells = ", ".join("unnest(?::varchar[])" for _one in columns)
    con.execute(f"insert into _mended select unnest(?::bigint[]), {cells}", values)
    return Reading(
        "_mended", {one: sql.name(one) for one in names}, {one: sql.name(one) for one in extras}, line="_line"
    )


def _first(load: Load) -> Load:
    """The load with which a row came to the house, however often it was repaired since."""
    while load.repairs is not None:
        load = load.repairs
    return load


def _without(con: Connection, load: Load, lines: Sequence[int]) -> Part:
    """The files of the rows aside written again without the chosen ones."""
    version = _aside_version(load)
    touched = [row[0] for row in con.execute("select distinct file from _chosen order by 1").fetchall()]
    table = load.source.table + preparing.SUFFIX
    folder = new_folder(table)
    folder.mkdir(parents=True)
    con.execute(
        "copy (select * exclude (filename, file_row_number)"
        f" from {scan(touched, ', filename = true, file_row_number = true')} e where not exists"
        " (select 1 from _chosen c where c.file = e.filename and c.place = e.file_row_number) order by _load, _line)"
        f" to {sql.literal(str(folder / 'part-0.parquet'))} (format parquet, compression zstd)"
    )
    added = described(con, folder, day=False, partition=f"load-{load.pk}")
    assert sum(one.rows for one in added) + len(lines) == _rows_in(con, touched), "no other row aside is lost"
    columns = tuple(dict(one) for one in version.columns)
    return Part(table, tuple(added), tuple(below_lake(one) for one in touched), version.pk, columns)


def _rows_in(con: Connection, paths: Sequence[str]) -> int:
    return int(con.execute(f"select count(*) from {scan(paths)}").fetchall()[0][0])


def _hold(load: Load, attempt: Attempt, mended: tuple[Mended, ...], by: Person) -> Load:
    """Keep what was corrected until a second person releases it; the rows stay aside meanwhile."""
    place = Path("held") / str(attempt.pk) / "rows.json"
    target = settings.WORKSPACE.var / place
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({one.line: one.after for one in mended}, ensure_ascii=False), encoding="utf-8")
    target.chmod(0o600)
    reasons = ({"code": "repaired", "figure": "rows", "ours": float(len(mended)), "usual": 0.0, "limit": 0.0},)
    prepared = Prepared(
        rows_in=len(mended), set_aside=len(mended), due_on=load.due_on, hold_reasons=reasons, held_file=str(place),
        mended=mended,
    )  # fmt: skip
    _keep(attempt, prepared)
    return actions.hold(load.source, by=by, attempt=attempt.pk, repairs=load)
