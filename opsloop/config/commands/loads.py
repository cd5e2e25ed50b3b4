"""load, aside, run: data into the lake, rows that were set aside, and everything that is due."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from opsloop.base import due
from opsloop.base.acts import Call, acting
from opsloop.base.jobs.robot import for_itself
from opsloop.base.people.models import Person
from opsloop.base.things.errors import ActError, NotFound
from opsloop.config.cli import Failed
from opsloop.config.commands.playbook import person
from opsloop.data.lake import store
from opsloop.data.lake.reading import readable
from opsloop.data.sources import faults
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.jobs import MAY
from opsloop.data.sources.kinds.arrives import Drop
from opsloop.data.sources.loading import LoadResult, collect_and_load, load_dropped
from opsloop.data.sources.loading import load as load_files
from opsloop.data.sources.loading.preparing import SUFFIX
from opsloop.data.sources.loading.results import told
from opsloop.data.sources.models import Source

OWN = ("_load", "_file", "_line", "_reasons", "_text")


@contextmanager
def robot(may: tuple[str, ...]) -> Iterator[Person]:
    """Whoever sits at the machine loads as the robot; the ledger says that it came from the command line."""
    try:
        by = for_itself(may)
        with acting(Call(by=by, via="cli")):
            yield by
    except ActError as error:
        raise Failed(str(error)) from error


def source_of(ident: str) -> Source:
    """The published source. Raises Failed naming those that there are."""
    found = Source.objects.filter(ident=ident, withdrawn=False).first()
    if found is None:
        names = ", ".join(Source.objects.filter(withdrawn=False).values_list("ident", flat=True))
        there = f"there are: {names}" if names else "none is published yet"
        raise Failed(f"there is no source {ident}; {there}. Publish its file with: opsloop playbook publish")
    return found


def load(said: argparse.Namespace) -> int:
    """One line or JSON object a load. 1 when one failed or is held."""
    source = source_of(said.source)
    with robot(MAY) as by:
        results = _load(source, [Path(one) for one in said.files], by)
    for result in results:
        if said.json:
            print(json.dumps(result.plain(), ensure_ascii=False))
        elif result.done:
            print(told(result))
        if not result.done:
            print(f"opsloop: {told(result)}", file=sys.stderr)
    if not results:
        print(f"opsloop: nothing to load for {source.ident}", file=sys.stderr)
    return 0 if all(result.done for result in results) else 1


def _load(source: Source, paths: list[Path], by: Person) -> list[LoadResult]:
    if paths:
        return load_files(source, [path.resolve() for path in paths], by=by)
    if isinstance(definition_of(source).arrives, Drop):
        return load_dropped(source, by=by)
    try:
        return collect_and_load(source, by=by)
    except LookupError as error:
        raise Failed(str(error)) from error


def aside(said: argparse.Namespace) -> int:
    """How many rows are aside and why; with --rows each of them. Personal columns are masked unless --by may read."""
    source = source_of(said.source)
    rows = _rows(source, person(said.by) if said.by else None)
    counts: dict[str, int] = {}
    for row in rows:
        for code in row["reasons"]:
            counts[code] = counts.get(code, 0) + 1
    if said.json:
        more = {"rows": rows} if said.rows else {}
        print(
            json.dumps({"source": source.ident, "set_aside": len(rows), "reasons": counts, **more}, ensure_ascii=False)
        )
        return 0
    definition = definition_of(source)
    for code, n in sorted(counts.items(), key=lambda pair: -pair[1]):
        print(f"{n:>8}  {faults.reason(code, definition)}")
    for row in rows if said.rows else ():
        why = "; ".join(faults.reason(code, definition) for code in row["reasons"])
        print(f"{row['file']}:{row['line']}: {why}: {row['text'] or _shown(row['values'])}")
    return 0


def _rows(source: Source, by: Person | None) -> list[dict[str, Any]]:
    try:
        select = readable(by, source.table + SUFFIX)
    except NotFound:
        return []
    cursor = store.connect().cursor()
    try:
        found = cursor.execute(f"select * from ({select}) order by _load, _line")  # noqa: S608  # made by readable
        names = [one[0] for one in found.description or ()]
        return [_plain(dict(zip(names, row, strict=True))) for row in found.fetchall()]
    finally:
        cursor.close()


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    own = {name.lstrip("_"): row[name] for name in OWN}
    return {**own, "values": {name: value for name, value in row.items() if name not in OWN}}


def _shown(values: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items() if value is not None)


def run(said: argparse.Namespace) -> int:
    """Every app's part in its order. 1 when something in it failed."""
    now = _moment(said.as_of)
    done: list[due.Done] = []
    for part in due.in_order():
        with robot(part.may) as by:
            done += part.fn(due.Due(by, now))
    failed = any(one.failed for one in done)
    if said.json:
        out = [{**one.data, "failed": one.failed} for one in done]
        print(json.dumps({"as_of": now.isoformat(), "done": out}, ensure_ascii=False, default=str))
    for one in done:
        if one.failed or not said.json:
            print(one.text if not one.failed else f"opsloop: {one.text}", file=sys.stderr if one.failed else sys.stdout)
    return 1 if failed else 0


def _moment(day: date | None) -> datetime:
    """The end of the named day in the company's zone; now when none is named."""
    if day is None:
        return timezone.now()
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(settings.TIME_ZONE)) - timedelta(seconds=1)
