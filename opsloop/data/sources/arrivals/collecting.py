"""What is new of a source, fetched into a folder: databases, web interfaces, own tables."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.tables import CHUNK, Span, own_tables
from opsloop.base.things.errors import OutsideError
from opsloop.data.sources.arrivals import Arrival, collector, database, http
from opsloop.data.sources.arrivals.connections import Connection, connection
from opsloop.data.sources.arrivals.staging import Collected, TextParquet, stamp, whole
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.arrives import Database, Http, Own
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.models import Load, LoadState, Source


@collector(Database)
def collect_database(source: Source, since: date | None, folder: Path) -> list[Arrival]:
    """Run its query. `:since` is the moment at which the business day began."""
    said = definition_of(source)
    assert isinstance(said.arrives, Database)
    path = folder / f"{_stamped(source)}.parquet"
    got = database.fetch(
        connection(said.arrives.database), said.arrives.query, path,
        since=beginning(said, since), until=timezone.now(), zone=zone_of(said),
    )  # fmt: skip
    return [_arrival(source, said, got)]


@collector(Http)
def collect_http(source: Source, since: date | None, folder: Path) -> list[Arrival]:
    """Ask its address, page by page."""
    said = definition_of(source)
    assert isinstance(said.arrives, Http)
    asked = said.arrives
    link = connection(asked.connection) if asked.connection else Connection("")
    path = folder / f"{_stamped(source)}.jsonl"
    span = http.Days(beginning(said, since), timezone.now(), zone_of(said))
    return [_arrival(source, said, http.fetch(link, asked, path, span))]


@collector(Own)
def collect_own(source: Source, since: date | None, folder: Path) -> list[Arrival]:
    """Take what changed of a table of Opsloop itself."""
    said = definition_of(source)
    assert isinstance(said.arrives, Own)
    table = own_tables.get(said.arrives.table)
    if table is None:
        text = _t("This installation offers no own table {name}.").format(name=said.arrives.table)
        raise OutsideError(text, permanent=True)
    path = folder / f"{_stamped(source)}.parquet"
    rows = table.rows(Span(beginning(said, since), timezone.now()))
    with whole(path) as part, TextParquet(part, table.names) as out:
        chunk = []
        for row in rows:
            chunk.append(row)
            if len(chunk) == CHUNK:
                out.write(chunk)
                chunk = []
        out.write(chunk)
    return [_arrival(source, said, Collected(path, path.name, out.rows))]


def zone_of(definition: Definition) -> ZoneInfo:
    """The zone in which the source's business day is counted."""
    return ZoneInfo(definition.timezone or settings.TIME_ZONE)


def beginning(definition: Definition, day: date | None) -> datetime | None:
    """The moment at which a business day of the source begins; None for None."""
    if day is None:
        return None
    return datetime.combine(day, time.fromisoformat(definition.day_starts), zone_of(definition))


def _stamped(source: Source) -> str:
    return f"{source.ident}-{timezone.localtime():%Y%m%d-%H%M%S}"


def _arrival(source: Source, definition: Definition, got: Collected) -> Arrival:
    path = got.path
    if not got.rows and path.suffix == ".jsonl":  # nothing new is no broken file; with its columns it can be read
        path = path.with_suffix(".parquet")
        with whole(path) as part, TextParquet(part, list(definition.columns)):
            pass
    tell_apart(source, path)
    return Arrival(path, path.name)


def tell_apart(source: Source, path: Path, due_on: date | None = None) -> None:
    """What was asked for anew and is as it once was, but not as it was last, must not be taken for the old file come
    again: then what lies between would stay. So its bytes are made others; its rows stay the same."""
    with path.open("rb") as body:
        digest = hashlib.file_digest(body, "sha256").hexdigest()
    taken = Load.objects.filter(source=source, state__in=(LoadState.LOADED, LoadState.HELD), repairs=None)
    last = (taken.filter(due_on=due_on) if due_on else taken).order_by("-id").first()
    if last is not None and last.sha256 != digest and taken.filter(sha256=digest).exists():
        stamp(path)
