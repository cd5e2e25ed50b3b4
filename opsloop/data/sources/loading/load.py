"""One file after another: hash, clean, hold or merge, publish."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from opsloop.base.acts import Refused
from opsloop.base.people.models import Person
from opsloop.base.things.errors import OutsideError
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.reading import Unreadable
from opsloop.data.lake import manifest
from opsloop.data.lake.writing import writer
from opsloop.data.sources import actions, arrivals, faults
from opsloop.data.sources.arrivals import Arrival
from opsloop.data.sources.contracts import contract_of, manner_of
from opsloop.data.sources.definition import definition_of, key_figure
from opsloop.data.sources.loading import erased, files, holding, preparing
from opsloop.data.sources.loading.results import LoadResult
from opsloop.data.sources.models import Attempt, Load, LoadState, Source
from opsloop.data.sources.prepared import Prepared

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

log = logging.getLogger("opsloop.sources")
TRIES = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """One file to load, as asked for."""

    source: Source
    arrival: Arrival
    by: Person
    hold: bool = True
    at: datetime | None = None


def load(source: Source, paths: Sequence[Path], *, by: Person, hold: bool = True) -> list[LoadResult]:
    """Load these files, in this order, one Load for each. They stay where they are.

    hold=False: nothing is held; for a first set-up with history. Never raises for what is wrong with a file.
    """
    return [_load(Asked(source, Arrival(Path(path), Path(path).name), by, hold)) for path in paths]


def load_at(source: Source, path: Path, *, by: Person, at: datetime | None) -> LoadResult:
    """Load one file of drop/ that came at the moment `at` (None: now), as history that a set-up brings in did.

    The load bears that moment, and the calendar judges by it; the ledger says when it was recorded.
    """
    result = _load(Asked(source, Arrival(path, path.name), by, at=at))
    if result.done or result.state == LoadState.HELD:
        files.put_away(path, files.done_folder())
    return result


def load_dropped(source: Source, *, by: Person, quiet_s: float = 0.0, hold: bool = True) -> list[LoadResult]:
    """Load what lies in drop/ for a source; loaded files go to drop/done/, held ones to var/, failed ones stay until
    they change or are loaded by name. quiet_s: leave files alone to which something was written so recently."""
    out = []
    for path in files.dropped(source, quiet_s=quiet_s):
        if quiet_s and _failed_unchanged(source, path):
            continue
        result = _load(Asked(source, Arrival(path, path.name), by, hold))
        if result.done or result.state == LoadState.HELD:
            files.put_away(path, files.done_folder())
        out.append(result)
    return out


def _failed_unchanged(source: Source, path: Path) -> bool:
    """Did this very file fail already, with the source as it is now?"""
    last = Load.objects.filter(source=source, file=path.name).order_by("-id").first()
    if last is None or last.state != LoadState.FAILED or last.source_version != source.number:
        return False
    return path.stat().st_mtime < last.began_at.timestamp() and path.stat().st_size == last.size


def collect_and_load(source: Source, *, by: Person, since: date | None = None) -> list[LoadResult]:
    """Fetch what is new of a source that is collected, and load it. If the other side fails, one load says so."""
    asked = Asked(source, Arrival(Path(source.ident), source.title), by)
    attempt = _begin(asked)
    with files.working_folder(attempt.pk) as folder:
        got = folder / "collected"
        got.mkdir()
        try:
            found = arrivals.collect(source, since, got)
        except OutsideError as error:
            due_on = since or holding.expected_day(definition_of(source))
            failed = replace(asked, arrival=replace(asked.arrival, due_on=due_on))
            return [LoadResult.of(_fail(failed, attempt, f"{source.title}: {error}"))]
        except BaseException:
            attempt.delete()
            raise
        attempt.delete()
        return [_load(Asked(source, one, by)) for one in found]


def _begin(asked: Asked) -> Attempt:
    return Attempt.objects.create(
        source=asked.source, by=asked.by, file=asked.arrival.name[:250], began_at=timezone.now(), step="reading"
    )


def _load(asked: Asked) -> LoadResult:
    """One file, whatever becomes of it."""
    attempt = _begin(asked)
    try:
        with files.working_folder(attempt.pk) as folder:
            return LoadResult.of(_try(asked, attempt, folder))
    except Refused:
        raise
    except Exception as error:
        if not _expected(error):
            log.exception("loading %s into %s failed", asked.arrival.name, asked.source.ident)
        return LoadResult.of(_fail(asked, attempt, faults.fault(error, asked.arrival.name)))


def _expected(error: Exception) -> bool:
    return isinstance(error, Unreadable | OSError) or type(error).__module__.startswith("_duckdb")


def _fail(asked: Asked, attempt: Attempt, message: str) -> Load:
    day = asked.arrival.due_on
    _keep(asked, attempt, Prepared(message=message, due_on=day))
    return actions.fail(asked.source, by=asked.by, attempt=attempt.pk, message=message)


def _try(asked: Asked, attempt: Attempt, folder: Path) -> Load:
    path = asked.arrival.path
    seen = files.Seen.of(path)
    attempt.size = seen.size
    if first := _came_before(asked.source, path, seen.size, attempt):
        return _again(asked, attempt, first)
    contract, definition = contract_of(asked.source), definition_of(asked.source)
    with ThreadPoolExecutor(1) as beside, connected(folder) as con:
        reading, staged = preparing.stage(
            con, contract, manner_of(asked.source), path, asked.arrival.name, folder, asked.at
        )
        # reading keeps every core at work, what follows does not
        digest = None if attempt.sha256 else beside.submit(files.hash_of, path)
        cleaned = preparing.weigh(con, contract, reading, staged, asked.arrival.name, attempt.pk, _figures(asked))
        if cleaned.erased:
            erased.clean_later(asked.arrival.name)
        attempt.sha256 = digest.result() if digest else attempt.sha256
        files.refuse_changed(path, seen)
        due_on = asked.arrival.due_on or cleaned.counts_for or holding.expected_day(definition)
        held = holding.reasons(asked.source, cleaned, asked.arrival.control, due_on) if asked.hold else []
        if held:
            place = files.keep_held(attempt.pk, path, asked.arrival.name)
            return _hold(asked, attempt, cleaned, due_on, held, place)
        return _publish(asked, attempt, con, cleaned, list(reading.extras), due_on)


def _figures(asked: Asked) -> list[str]:
    """Columns whose sums are kept with the load: those that holds, 对数 and control figures look at."""
    definition = definition_of(asked.source)
    rules = definition.hold_if
    names = [*(rules.figures if rules else ()), key_figure(definition) or "", *asked.arrival.control]
    return [name for name in dict.fromkeys(names) if name in definition.columns]


def _came_before(source: Source, path: Path, size: int, attempt: Attempt) -> Load | None:
    """The load that had the same content. A file of a size that never came needs no hash first."""
    there = Load.objects.filter(
        source=source, size=size, state__in=(LoadState.LOADED, LoadState.HELD), repairs=None
    ).exclude(sha256="")  # fmt: skip
    if not there.exists():
        return None
    attempt.sha256 = files.hash_of(path)
    return there.filter(sha256=attempt.sha256).first()


def _again(asked: Asked, attempt: Attempt, first: Load) -> Load:
    """All its rows are there already, or aside, or wait for release: each is a duplicate of itself."""
    prepared = Prepared(
        rows_in=first.rows_in, duplicates=first.rows_in, first_day=first.first_day, last_day=first.last_day,
        due_on=first.due_on, message=str(first),
    )  # fmt: skip
    _keep(asked, attempt, prepared)
    snapshot = manifest.newest(asked.source.table)
    return actions.recognise(asked.source, by=asked.by, attempt=attempt.pk, snapshot=snapshot)


def _hold(
    asked: Asked, attempt: Attempt, cleaned: preparing.Cleaned, due_on: date | None, held: list[dict[str, object]],
    place: str,
) -> Load:  # fmt: skip
    _keep(
        asked,
        attempt,
        Prepared(
            rows_in=cleaned.rows_in, set_aside=cleaned.set_aside, first_day=cleaned.first_day,
            last_day=cleaned.last_day, due_on=due_on, figures=cleaned.figures, hold_reasons=tuple(held),
            held_file=place, kept=cleaned.good,
        ),
    )  # fmt: skip
    return actions.hold(asked.source, by=asked.by, attempt=attempt.pk)


def _publish(
    asked: Asked, attempt: Attempt, con: Connection, cleaned: preparing.Cleaned, extras: list[str],
    due_on: date | None,
) -> Load:  # fmt: skip
    """Merge with what is there now; when somebody published in between, with that."""
    contract = contract_of(asked.source)
    with writer((contract.table,)):
        for left in reversed(range(TRIES)):
            prepared = replace(preparing.merge(con, contract, extras, cleaned, attempt.pk), due_on=due_on)
            _keep(asked, attempt, prepared)
            try:
                return actions.load_prepared(asked.source, by=asked.by, attempt=attempt.pk)
            except Refused:
                preparing.discard(prepared)
                if first := Load.objects.filter(
                    source=asked.source, sha256=attempt.sha256, repairs=None,
                    state__in=(LoadState.LOADED, LoadState.HELD),
                ).first():  # fmt: skip
                    return _again(asked, attempt, first)
                if not left or asked.source.withdrawn:
                    raise
    raise AssertionError("unreachable: the last try raises")


def _keep(asked: Asked, attempt: Attempt, prepared: Prepared) -> None:
    attempt.prepared, attempt.step = replace(prepared, came_at=asked.at).plain(), "publishing"
    attempt.save()
