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
        counts = [_theirs_in(table, file, subject) for file in DataFile.objects.filter(table=table.table)]
        if any(counts):
            found.append(Held(table.table, sum(1 for n in counts if n), sum(counts)))
    return found


def _theirs_in(table: Sensitive, file: DataFile, subject: str) -> int:
    source = store.parquet([file.path])
    theirs = _theirs(table, {name for name, _type in store.described(f"select * from {source}")}, subject)
    return store.number(f"select count(*) from {source} where {theirs}") if theirs else 0


def _theirs(table: Sensitive, there: Collection[str], subject: str) -> str:
    """The condition that a row is the person's; empty when the file has no identities."""
    names = [store.identifier(name) for name in table.identities if name in there]
    parts = " or ".join(f"({pseudonym_sql(name)} = {store.quoted(subject)})" for name in names)
    return f"coalesce({parts}, false)" if parts else ""


def rewrites(subject: str, manner: Manner) -> Iterator[tuple[str, Rewrite]]:
    """(table, rewrite) for each file of any version in which the person has rows; the new files are written."""
    stranger = secrets.token_hex(keys.LENGTH // 2)
    for table in sensitive_tables():
        for file in DataFile.objects.filter(table=table.table).order_by("pk"):
            if rewrite := _rewrite(table, file, subject, manner, stranger):
                yield table.table, rewrite


def _rewrite(table: Sensitive, file: DataFile, subject: str, manner: Manner, stranger: str) -> Rewrite | None:
    source = store.parquet([file.path])
    there = dict(store.described(f"select * from {source}"))
    theirs = _theirs(table, there, subject)
    gone = store.number(f"select count(*) from {source} where {theirs}") if theirs else 0
    if not gone:
        return None
    changed = [_without(name, there[name], table.columns[name][1], stranger) for name in table.columns if name in there]
    if manner == Manner.REMOVE:
        select = f"select * from {source} where not {theirs}"
    else:
        parts = ", ".join(f"case when {theirs} then {new} else {old} end as {old}" for old, new in changed)
        select = f"select * replace ({parts}) from {source}"
    new: FileRow = store.write_select(table.table, file.partition, select, day="day" if "day" in there else None)
    return Rewrite(file.path, new.path, new.rows, new.size, new.sha256, gone)


def _without(name: str, type_: str, personal: str, stranger: str) -> tuple[str, str]:
    """(column, what stands there for the person): a stranger's mark, so that counts hold, or nothing."""
    text = type_.upper().startswith("VARCHAR")
    return store.identifier(name), store.quoted(stranger) if personal == IDENTITY and text else f"cast(null as {type_})"
