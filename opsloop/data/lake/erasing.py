"""A person's rows in the lake: found by the pseudonym, in every version, and written anew without them.

Nothing here knows who it is: the pseudonym of the identity is enough to find the rows, so the value itself reaches
neither the ledger nor a job.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg
from opsloop.data.lake import keys, store
from opsloop.data.lake.models import DataFile, Snapshot
from opsloop.data.lake.publishing import FileRow
from opsloop.data.lake.reading import IDENTITY, pseudonym_sql

UNSPLIT = "_text"
"""The column of rows aside with a whole row as it was written."""
SUBJECT = re.compile(rf"[0-9a-f]{{{keys.LENGTH}}}")


class Manner(models.TextChoices):
    """What becomes of the rows."""

    DETACH = "detach", _("Keep the rows without the person")
    REMOVE = "remove", _("Remove the rows")


@dataclass(frozen=True)
class Rewrite:
    """One file and what takes its place. `gone`: rows of the person in it."""

    old: Annotated[str, Arg(label=_("File"), max=250)]
    path: Annotated[str, Arg(label=_("Replaced by"), max=250)]
    rows: Annotated[int, Arg(label=_("Rows"), min=0)]
    size: Annotated[int, Arg(label=_("Bytes"), min=0)]
    sha256: Annotated[str, Arg(label=_("Checksum"), min=64, max=64)]
    gone: Annotated[int, Arg(label=_("Rows concerned"), min=0)]


@dataclass(frozen=True, slots=True)
class Sensitive:
    """The personal columns of a table over all its versions: name -> (type, class)."""

    table: str
    columns: dict[str, tuple[str, str]]

    @property
    def identities(self) -> list[str]:
        return [name for name, (_type, personal) in self.columns.items() if personal == IDENTITY]


def sensitive_tables() -> list[Sensitive]:
    """Tables of which any version has a column with identities."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for table, columns in Snapshot.objects.order_by("pk").values_list("table", "columns"):
        personal = {c["name"]: (c["type"], c["personal"]) for c in columns if c.get("personal")}
        found.setdefault(table, {}).update(personal)
    tables = (Sensitive(table, columns) for table, columns in sorted(found.items()))
    return [one for one in tables if one.identities]


@dataclass(frozen=True, slots=True)
class Held:
    """How much of a person a table holds, counting every file of every version once."""

    table: str
    files: int
    rows: int


def held(subject: str) -> list[Held]:
    """Where the person is; reads every file with identities, so it takes a while on much data."""
    found = []
    for table in sensitive_tables():
        counts = [_theirs_in(table, file, [subject]) for file in DataFile.objects.filter(table=table.table)]
        if any(counts):
            found.append(Held(table.table, sum(1 for n in counts if n), sum(counts)))
    return found


def _theirs_in(table: Sensitive, file: DataFile, subjects: Collection[str]) -> int:
    source = store.parquet([file.path])
    theirs = _theirs(table, {name for name, _type in store.described(f"select * from {source}")}, subjects)
    return store.number(f"select count(*) from {source} where {theirs}") if theirs else 0


def is_theirs(name: str, subjects: Collection[str]) -> str:
    """SQL: does a (quoted) column hold one of them?"""
    return f"({pseudonym_sql(name)} in ({', '.join(map(store.quoted, sorted(subjects)))}))"


def _theirs(table: Sensitive, there: Collection[str], subjects: Collection[str], telling: Collection[str] = ()) -> str:
    """The condition that a row is of one of them; empty when the file has no identities.

    telling: values that are nobody else's; they are looked for in rows aside that could not be split.
    """
    names = [store.identifier(name) for name in table.identities if name in there]
    parts = [is_theirs(name, subjects) for name in names]
    if telling and UNSPLIT in there:
        words = "|".join(map(re.escape, sorted(telling)))
        said = store.quoted(f"(^|[^0-9A-Za-z])({words})([^0-9A-Za-z]|$)")
        parts.append(f"regexp_matches({store.identifier(UNSPLIT)}, {said})")
    return f"coalesce({' or '.join(parts)}, false)" if parts else ""


def values_of(subjects: Collection[str]) -> frozenset[str]:
    """What the lake knows them by, as text: for the search in other copies, in memory only."""
    found: set[str] = set()
    for table in sensitive_tables():
        for file in DataFile.objects.filter(table=table.table):
            source = store.parquet([file.path])
            there = {name for name, _type in store.described(f"select * from {source}")}
            for name in (store.identifier(one) for one in table.identities if one in there):
                rows = f"select distinct cast({name} as varchar) from {source} where {is_theirs(name, subjects)}"
                found |= {str(value) for (value,) in store.rows(rows)}
    return frozenset(found)


def rewrites(subjects: Collection[str], manner: Manner, telling: Collection[str] = ()) -> Iterator[tuple[str, Rewrite]]:
    """(table, rewrite) for each file of any version in which they have rows; the new files are written."""
    salt = secrets.token_hex(keys.LENGTH)
    for table in sensitive_tables():
        for file in DataFile.objects.filter(table=table.table).order_by("pk"):
            if rewrite := _rewrite(table, file, subjects, manner, salt, telling):
                yield table.table, rewrite


def _rewrite(
    table: Sensitive, file: DataFile, subjects: Collection[str], manner: Manner, salt: str, telling: Collection[str]
) -> Rewrite | None:
    source = store.parquet([file.path])
    there = dict(store.described(f"select * from {source}"))
    theirs = _theirs(table, there, subjects, telling)
    gone = store.number(f"select count(*) from {source} where {theirs}") if theirs else 0
    if not gone:
        return None
    changed = [_without(name, there[name], table.columns[name][1], salt) for name in table.columns if name in there]
    if manner == Manner.REMOVE:
        select = f"select * from {source} where not {theirs}"
    else:
        parts = ", ".join(f"case when {theirs} then {new} else {old} end as {old}" for old, new in changed)
        select = f"select * replace ({parts}) from {source}"
    new: FileRow = store.write_select(table.table, file.partition, select, day="day" if "day" in there else None)
    return Rewrite(file.path, new.path, new.rows, new.size, new.sha256, gone)


def _without(name: str, type_: str, personal: str, salt: str) -> tuple[str, str]:
    """(column, what stands there for the person): a stranger's mark, so that counts hold, or nothing."""
    column, text = store.identifier(name), type_.upper().startswith("VARCHAR")
    return column, stranger_sql(column, salt) if personal == IDENTITY and text else f"cast(null as {type_})"


def stranger_sql(column: str, salt: str) -> str:
    """A mark in an identity's place: one for each person, from a number that nobody keeps."""
    return (
        f"case when {column} is null then null else"
        f" left(sha256({store.quoted(salt + '|')} || cast({column} as varchar)), {keys.LENGTH}) end"
    )
