"""The two forms of the index. Both hold the same words, and answer the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection

from opsloop.base.search.models import Document
from opsloop.base.search.words import Phrase, squeezed, words

MOST_CHARS = 100_000
MOST_WORDS = 16_000
"""PostgreSQL counts places up to 16,383 only; SQLite is given no more."""
GAP = 10
"""Places between title and text, so that no phrase runs from one into the other."""
MOST_PLACES = 255


@dataclass(frozen=True, slots=True)
class Entry:
    """What is put into the index of one row."""

    label: str
    pk: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that has the words, not yet known to be visible."""

    id: int
    label: str
    pk: int


def title_key(title: str) -> str:
    """Equal for titles that read the same."""
    return hashlib.sha1(squeezed(title).encode(), usedforsecurity=False).hexdigest()


def drop(label: str, pks: Sequence[int]) -> None:
    """Take rows out of the index."""
    rows = Document.objects.filter(object_type=label, object_id__in=list(pks))
    if connection.vendor == "sqlite" and (ids := list(rows.values_list("id", flat=True))):
        with connection.cursor() as cursor:
            cursor.executemany("delete from search_words where rowid = %s", [(one,) for one in ids])
    rows.delete()


def put(entries: Sequence[Entry]) -> None:
    """Index rows anew. Call it in a transaction."""
    by_label: dict[str, list[int]] = {}
    for one in entries:
        by_label.setdefault(one.label, []).append(one.pk)
    for label, pks in by_label.items():
        drop(label, pks)
    made = Document.objects.bulk_create(
        [Document(object_type=one.label, object_id=one.pk, title_key=title_key(one.title)) for one in entries]
    )
    write = _put_sqlite if connection.vendor == "sqlite" else _put_postgres
    write([(row.pk, *_cut(one)) for row, one in zip(made, entries, strict=True)])


def wipe() -> None:
    """Empty the index."""
    Document.objects.all().delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("insert into search_words(search_words) values ('delete-all')")


def _cut(one: Entry) -> tuple[list[str], list[str]]:
    title = list(islice(words(one.title[:MOST_CHARS]), MOST_WORDS // 2))
    return title, list(islice(words(one.text[:MOST_CHARS]), MOST_WORDS - GAP - len(title)))


def _put_sqlite(rows: list[tuple[int, list[str], list[str]]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert or replace into search_words(rowid, title, text) values (%s, %s, %s)",
            [(pk, " ".join(title), " ".join(text)) for pk, title, text in rows],
        )


def _put_postgres(rows: list[tuple[int, list[str], list[str]]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "update search_document set words = %s::tsvector where id = %s",
            [(_vector(title, text), pk) for pk, title, text in rows],
        )


def _vector(title: list[str], text: list[str]) -> str:
    """A tsvector as text: words are letters and digits only, so a pair of quotes is all the quoting there is."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(title, 1):
        places.setdefault(word, []).append(f"{place}A")
    for place, word in enumerate(text, 1 + len(title) + GAP):
        places.setdefault(word, []).append(str(place))
    return " ".join(f"'{word}':{','.join(at[:MOST_PLACES])}" for word, at in places.items())


def exactly(title: str, labels: Sequence[str], limit: int) -> list[Candidate]:
    """Rows whose whole title reads like this, newest first."""
    rows = Document.objects.filter(title_key=title_key(title), object_type__in=labels).order_by("-id")
    return [Candidate(*row) for row in rows.values_list("id", "object_type", "object_id")[:limit]]


def candidates(
    asked: Sequence[Phrase], labels: Sequence[str], *, in_title: bool, before: int, limit: int
) -> list[Candidate]:
    """Newest first, below a document number: rows with all phrases in the title, or only with the text's help."""
    if connection.vendor == "sqlite":
        sql = (
            "select d.id, d.object_type, d.object_id from search_words w cross join search_document d on d.id = w.rowid"
            " where search_words match %s and w.rowid < %s and d.object_type in ({})"
            " order by w.rowid desc limit %s"
        )
        query = _match(asked, in_title=in_title)
    else:
        sql = (
            "select id, object_type, object_id from search_document"
            " where words @@ %s::tsquery and id < %s and object_type in ({}) order by id desc limit %s"
        )
        query = _tsquery(asked, in_title=in_title)
    with connection.cursor() as cursor:
        cursor.execute(sql.format(",".join(["%s"] * len(labels))), [query, before, *labels, limit])
        found: list[Any] = cursor.fetchall()
    return [Candidate(*row) for row in found]


def _match(asked: Sequence[Phrase], *, in_title: bool) -> str:
    every = " AND ".join(f'"{" ".join(one.words)}"{" *" if one.prefix else ""}' for one in asked)
    titled = f"({{title}} : ({every}))"
    return titled if in_title else f"({every}) NOT {titled}"


def _tsquery(asked: Sequence[Phrase], *, in_title: bool) -> str:
    def every(weight: str) -> str:
        return " & ".join(f"({_phrase(one, weight)})" for one in asked)

    return every("A") if in_title else f"({every('')}) & !({every('A')})"


def _phrase(one: Phrase, weight: str) -> str:
    last = len(one.words) - 1
    marks = [f"{'*' if one.prefix and i == last else ''}{weight}" for i in range(len(one.words))]
    return " <-> ".join(f"'{word}'{':' + mark if mark else ''}" for word, mark in zip(one.words, marks, strict=True))
