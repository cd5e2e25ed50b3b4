"""A person leaves every copy that the house holds: first what other apps keep of arrived data, then the lake itself.

    @forgets(_("Repairs"))
    def repairs(gone: Gone) -> Iterator[Work]: ...

looks for the person outside of any transaction; each `Work` is then done in one of its own, beside a ledger entry.
The lake comes last: it is the only place that still tells the values by which files are searched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.data.lake import actions, erasing, keys, manifest
from opsloop.data.lake.erasing import Manner
from opsloop.data.lake.reading import IDENTITY
from opsloop.data.lake.writing import writer

PLAIN = 6
"""A value or number shorter than this is met by chance everywhere; it is looked for in columns of identities only."""
Chunk = Callable[[], AbstractContextManager[object]]
Told = Callable[[int, str], None]


@dataclass(frozen=True)
class Gone:
    """Who is erased. values: what the lake knew them by; in memory only, never in a row, a log or a job."""

    subjects: frozenset[str]
    manner: Manner
    values: frozenset[str] = field(repr=False)

    def is_met(self, text: object) -> bool:
        """Is this cell one of them, or their pseudonym?"""
        said = str(text).strip() if text is not None else ""
        return bool(said) and (said in self.values or said in self.subjects or keys.pseudonym(said) in self.subjects)

    def is_in(self, cells: Mapping[str, object], identities: Collection[str]) -> bool:
        """Is a row theirs: by a column of identities, or by a value that stands anywhere in it?"""
        texts = (text for text in cells.values() if isinstance(text, str))
        return any(self.is_met(cells.get(name)) for name in identities) or any(map(self.stands_in, texts))

    def out_of(self, cells: Mapping[str, Any], personal: Mapping[str, str]) -> dict[str, Any]:
        """A row without them: cells with such a value are gone, and where the row is theirs all personal ones.

        personal: column -> its class.
        """
        theirs = any(kind == IDENTITY and self.is_met(cells.get(name)) for name, kind in personal.items())
        return {
            name: text
            for name, text in cells.items()
            if not (theirs and name in personal) and not (isinstance(text, str) and self.stands_in(text))
        }

    @property
    def telling(self) -> frozenset[str]:
        """Values that are nobody else's."""
        return frozenset(value for value in self.values if len(value) >= PLAIN)

    @cached_property
    def _telling(self) -> re.Pattern[str] | None:
        words = sorted(self.subjects | self.telling, key=len, reverse=True)
        return re.compile(rf"(?<![0-9A-Za-z])({'|'.join(map(re.escape, words))})(?![0-9A-Za-z])") if words else None

    def stands_in(self, text: str) -> bool:
        """Does a value that is nobody else's stand somewhere in a text?"""
        return self._telling is not None and self._telling.search(text) is not None


@dataclass(frozen=True, slots=True)
class Work:
    """One copy to change. said: which one, for the ledger; nothing personal. write: called in the transaction."""

    said: str
    rows: int
    write: Callable[[], object]


Finder = Callable[[Gone], Iterable[Work]]
_finders: list[tuple[Text, Finder]] = []


def forgets(what: Text) -> Callable[[Finder], Finder]:
    """Register a function that finds what an app holds of erased people. what: its name for the ledger."""

    def put(fn: Finder) -> Finder:
        _finders.append((what, fn))
        return fn

    return put


def erase(subjects: Collection[str], manner: Manner, *, by: Person, chunk: Chunk, told: Told) -> int:
    """Take them out of every copy; answers the rows concerned. chunk: what one transaction runs in.

    Nobody loads meanwhile. Safe to run again: what is done already is not found any more.
    """
    done = 0
    with writer([one.table for one in erasing.sensitive_tables()], wait_s=600):
        gone = Gone(frozenset(subjects), manner, erasing.values_of(subjects))
        for what, finder in _finders:
            told(done, str(what))
            for work in finder(gone):
                with chunk():
                    actions.note_forgotten(by=by, what=str(what), which=work.said[:300], rows=work.rows)
                    work.write()
                done += work.rows
        return done + sum(_lake(gone, by, chunk, told))


def _lake(gone: Gone, by: Person, chunk: Chunk, told: Told) -> Iterator[int]:
    tables = [one.table for one in erasing.sensitive_tables()]
    after = {table: last.pk for table in tables if (last := manifest.newest(table))}
    found = erasing.rewrites(gone.subjects, gone.manner, gone.telling)
    for table, group in groupby(found, key=lambda one: one[0]):
        new = [rewrite for _table, rewrite in group]
        rows = sum(rewrite.gone for rewrite in new)
        told(rows, table)
        with chunk():
            actions.put_rewrites(by=by, table=table, after=after[table], rewrites=new, rows=rows, files=len(new))
        yield rows
