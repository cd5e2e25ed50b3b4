"""All entries of one operation in one INSERT at its end: outer act first, nested ones after it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from opsloop.base.ledger import chain, heads
from opsloop.base.ledger.canonical import plain, text
from opsloop.base.ledger.models import EntryObject
from opsloop.base.ledger.private import Hidden, hide
from opsloop.base.things.frame import Line, Op
from opsloop.base.things.models import Thing, private_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAMES = 3
"""A bulk act's entry keeps the names of its first few objects, for its sentence."""
LOCK = 7_076_001
"""PostgreSQL's advisory lock for the head of the chain."""
COLUMNS = (*chain.COLUMNS, "hash")
INSERT = f"insert into ledger_entry ({','.join(COLUMNS)}) values ({','.join(['%s'] * len(COLUMNS))})"  # noqa: S608  # column names are ours

PRIVATE = (
    "insert into ledger_private (entry_id, place, object_type, object_id, salt, text) values (%s, %s, %s, %s, %s, %s)"
)


def micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exact."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def write(op: Op) -> int:
    """Append the operation's entries to the chain. Answers the first id; 0 when there is nothing to write."""
    if not op.lines:
        return 0
    asides: list[list[Hidden]] = [[] for _line in op.lines]
    bodies = [text(_body(line, aside)) for line, aside in zip(op.lines, asides, strict=True)]
    with connection.cursor() as cursor:  # from here on every other writer waits
        last, previous = _head(cursor)
        first, now, built_on = last + 1, time.time_ns() // 1000, heads.HeadMark(last, previous)
        rows: list[chain.Row] = []
        for i, line in enumerate(op.lines):
            row = _row(op, line, first, i, now, bodies[i])
            previous = chain.seal(previous, row)
            rows.append((*row, previous))
        if len(rows) == 1:
            cursor.execute(INSERT, rows[0])
        else:
            cursor.executemany(INSERT, rows)
        _put_head(cursor, last, rows[-1][0], previous)
    _put_private([(first + i, h) for i, aside in enumerate(asides) for h in aside])
    _put_objects(op, first)
    mark = heads.HeadMark(rows[-1][0], previous)
    # what is committed stays done, even when the disk is full and the file cannot be written: it is then behind
    transaction.on_commit(lambda: heads.write_head_file(mark, built_on), robust=True)
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


def _row(op: Op, line: Line, first: int, i: int, now: int, body: str) -> chain.Row:
    call, (label, pk) = op.call, line.ref or ("", None)
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
        label,
        pk,
        line.key,
        body,
    )


def _body(line: Line, aside: list[Hidden]) -> dict[str, Any]:
    """Only what is there: args, changes, overrides, name, names, result or answer, about."""
    subject, result = line.subject, line.result
    body: dict[str, Any] = {"args": _args(line, aside)}
    changes = {name: _changes(name, diff, line, aside) for name, diff in line.changes.items()}
    body["changes"] = {name: diff for name, diff in changes.items() if diff}
    body["overrides"] = line.reasons
    body["names"] = line.names
    body["about"] = sorted(about(line))
    if subject is not None and getattr(subject, "ledger_named", True):
        body["name"] = str(subject)
    if isinstance(result, Model) and result is not subject:
        body["result"] = [result._meta.label_lower, *plain(result)]
    elif isinstance(result, str | int | Decimal):
        body["answer"] = result
    return {name: value for name, value in body.items() if value or name in ("args", "answer")}


def _args(line: Line, aside: list[Hidden]) -> dict[str, Any]:
    private = private_of(type(line.subject)) if line.subject is not None else frozenset()
    if not private or line.ref is None:
        return line.args
    return {n: hide(f"args/{n}", v, line.ref, aside) if n in private else v for n, v in line.args.items()}


def _changes(name: str, diff: dict[str, tuple[Any, Any]], line: Line, aside: list[Hidden]) -> dict[str, Any]:
    private, owner = line.private.get(name, frozenset()), _ref(name)
    out: dict[str, Any] = {}
    for column, pair in diff.items():
        if pair[0] == pair[1]:
            continue  # changed and changed back
        values = list(pair)
        if column in private:
            values = [hide(f"changes/{name}/{column}/{n}", v, owner, aside) for n, v in enumerate(pair)]
        out[column] = values
    return out


def _put_private(hidden: list[tuple[int, Hidden]]) -> None:
    if hidden:
        rows = [(number, h.place, h.object_type, h.object_id, h.salt, h.text) for number, h in hidden]
        with connection.cursor() as cursor:  # many acts have some; the ORM would take five times as long
            cursor.executemany(PRIVATE, rows)


def _ref(name: str) -> tuple[str, int | None]:
    """people.person:7 as (label, id)."""
    label, _colon, pk = name.rpartition(":")
    return label, int(pk) if pk.isdigit() else None


def about(line: Line) -> set[tuple[str, int]]:
    """What an entry is also about: a bulk act's objects, the rows it changed, the things among its values."""
    found: set[tuple[str, Any]] = {*line.subjects, *map(_ref, line.changes)}
    things = [one for value in line.args.values() for one in (value if isinstance(value, list) else [value])]
    found |= {(one._meta.label_lower, one.pk) for one in [*things, line.result] if isinstance(one, Thing)}
    if line.ref is not None:
        found.discard(line.ref)
    return {(label, pk) for label, pk in found if isinstance(pk, int)}


def _put_objects(op: Op, first: int) -> None:
    """Index what entries are also about, so that these objects' pages show them; `verify` holds it to the bodies."""
    rows = [
        EntryObject(entry_id=first + i, object_type=label, object_id=pk)
        for i, line in enumerate(op.lines)
        for label, pk in sorted(about(line))
    ]
    if rows:
        EntryObject.objects.bulk_create(rows, batch_size=500)
