"""All entries of one operation in one INSERT at its end: outer act first, nested ones after it."""

from __future__ import annotations

import functools
import time
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from opsloop.base.ledger import chain
from opsloop.base.ledger.models import EntryObject, Private
from opsloop.base.ledger.private import Hidden, hide
from opsloop.base.things.frame import Line, Op
from opsloop.base.things.models import Thing, private_of

LOCK = 7_076_001
"""PostgreSQL's advisory lock for the head of the chain."""
COLUMNS = (*chain.COLUMNS, "hash")
INSERT = f"insert into ledger_entry ({','.join(COLUMNS)}) values ({','.join(['%s'] * len(COLUMNS))})"  # noqa: S608  # column names are ours


def micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return int(moment.timestamp() * 1_000_000)


def write(op: Op) -> int:
    """Append the operation's entries to the chain. Answers the first id; 0 when there is nothing to write."""
    if not op.lines:
        return 0
    with connection.cursor() as cursor:
        last, previous = _head(cursor)
        first, now = last + 1, time.time_ns() // 1000
        hidden: list[tuple[int, Hidden]] = []
        rows: list[chain.Row] = []
        for i, line in enumerate(op.lines):
            aside: list[Hidden] = []
            row = _row(op, line, first, i, now, aside)
            previous = chain.seal(previous, row)
            rows.append((*row, previous))
            hidden += [(first + i, h) for h in aside]
        if len(rows) == 1:
            cursor.execute(INSERT, rows[0])
        else:
            cursor.executemany(INSERT, rows)
        _put_head(cursor, last, rows[-1][0], previous)
    _put_private(hidden)
    _put_objects(op, first)
    mark = chain.HeadMark(rows[-1][0], previous)
    transaction.on_commit(functools.partial(chain.write_head_file, mark))
    return first


def _head(cursor: Any) -> tuple[int, bytes]:
    if connection.vendor == "postgresql":
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    cursor.execute("select entry_id, hash from ledger_head where id = 1")
    head = cursor.fetchone()
    return (head[0], bytes(head[1])) if head else (0, chain.GENESIS)


def _put_head(cursor: Any, last: int, newest: int, digest: bytes) -> None:
    if last:
        cursor.execute("update ledger_head set entry_id = %s, hash = %s where id = 1", [newest, digest])
    else:
        cursor.execute("insert into ledger_head (id, entry_id, hash) values (1, %s, %s)", [newest, digest])


def _row(op: Op, line: Line, first: int, i: int, now: int, aside: list[Hidden]) -> chain.Row:
    call, subject = op.call, line.subject
    behalf = line.behalf or call.behalf
    return (
        first + i,
        None if line.parent is None else first + line.parent,
        now,
        micros(call.happened) if call.happened else now,
        line.by.pk,
        behalf.pk if behalf else None,
        call.via,
        line.act,
        subject._meta.label_lower if subject is not None else "",
        subject.pk if subject is not None else None,
        line.key,
        chain.text(_body(op, line, i, aside)),
    )


def _body(op: Op, line: Line, i: int, aside: list[Hidden]) -> dict[str, Any]:
    subject = line.subject
    body: dict[str, Any] = {"args": _args(line, aside)}
    if line.changes:
        body["changes"] = {name: _changes(name, diff, line, aside) for name, diff in line.changes.items()}
    if i == 0 and op.call.overrides:
        body["overrides"] = op.call.overrides
    if subject is not None and getattr(subject, "ledger_named", True):
        body["name"] = str(subject)
    result = line.result
    if isinstance(result, Model) and result is not subject:
        body["result"] = [result._meta.label_lower, *chain.plain(result)]
    return body


def _args(line: Line, aside: list[Hidden]) -> dict[str, Any]:
    subject = line.subject
    private = private_of(type(subject)) if subject is not None else frozenset()
    if not private or subject is None:
        return line.args
    owner = (subject._meta.label_lower, subject.pk)
    return {n: hide(f"args/{n}", v, owner, aside) if n in private else v for n, v in line.args.items()}


def _changes(name: str, diff: dict[str, tuple[Any, Any]], line: Line, aside: list[Hidden]) -> dict[str, Any]:
    private = line.private.get(name, frozenset())
    label, _colon, pk = name.rpartition(":")
    owner = (label, int(pk) if pk.isdigit() else None)
    out: dict[str, Any] = {}
    for column, pair in diff.items():
        values = list(pair)
        if column in private:
            values = [hide(f"changes/{name}/{column}/{n}", v, owner, aside) for n, v in enumerate(pair)]
        out[column] = values
    return out


def _put_private(hidden: list[tuple[int, Hidden]]) -> None:
    if hidden:
        Private.objects.bulk_create(
            Private(
                entry_id=number,
                place=h.place,
                object_type=h.object_type,
                object_id=h.object_id,
                salt=h.salt,
                text=h.text,
            )
            for number, h in hidden
        )


def _put_objects(op: Op, first: int) -> None:
    """Index what an entry is also about: the objects of a bulk act and the things among its values."""
    rows: set[tuple[int, str, int]] = set()
    for i, line in enumerate(op.lines):
        found = list(line.subjects)
        for value in line.args.values():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, Thing):
                    found.append((one._meta.label_lower, one.pk))
        if isinstance(line.result, Thing) and line.result is not line.subject:
            found.append((line.result._meta.label_lower, line.result.pk))
        rows |= {(first + i, label, pk) for label, pk in found}
    if rows:
        EntryObject.objects.bulk_create(
            [EntryObject(entry_id=n, object_type=label, object_id=pk) for n, label, pk in sorted(rows)]
        )
