"""What a person has to read, beside what they have read and what waits: pure, over plain values.

A week takes so many readings; the rest waits for the weeks after, in the order in which it was given. What is urgent
opens at once, whatever else there is, and counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from opsloop.engine.readings.shelf import Document, Key

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reading that waits. own: it was asked of the person, not of a position."""

    pk: int
    key: Key
    number: int
    is_open: bool
    urgent: bool
    own: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be written. raised: the same reading, of a version with no more than small changes. replaced: by the
    document's newer version. given: new ones, in their order. ended: nobody needs them any more.
    """

    raised: Sequence[tuple[Waiting, Document]] = ()
    replaced: Sequence[tuple[Waiting, Document]] = ()
    given: Sequence[Document] = ()
    ended: Sequence[Waiting] = ()

    @property
    def any(self) -> bool:
        return bool(self.raised or self.replaced or self.given or self.ended)


def changes(
    concerns: Mapping[Key, Document], read: Mapping[Key, int], waiting: Iterable[Waiting], known: Mapping[Key, Document]
) -> Changes:
    """concerns: documents by the positions held. read: the newest version read. known: every document there is."""
    raised: list[tuple[Waiting, Document]] = []
    replaced: list[tuple[Waiting, Document]] = []
    ended: list[Waiting] = []
    there: set[Key] = set()
    for one in waiting:
        there.add(one.key)
        document = concerns.get(one.key) or (known.get(one.key) if one.own else None)
        if document is None or read.get(one.key, 0) >= max(document.needed, 1):
            ended.append(one)
        elif one.number < document.needed:
            replaced.append((one, document))
        elif one.number < document.number:
            raised.append((one, document))
    given = [one for key, one in concerns.items() if key not in there and one.needed > read.get(key, 0)]
    return Changes(raised, replaced, sorted(given, key=_order), ended)


def _order(document: Document) -> tuple[bool, bool, int, str]:
    """What is urgent, then one's own position, then what was published first."""
    return not document.urgent, document.kind != "position", document.publication_id, document.ident


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def weeks(taken: int, waiting: Sequence[bool], today: date, a_week: int) -> list[date]:
    """The Monday of each waiting reading, in their order. taken: opened in this week already. waiting: is it urgent?"""
    this = monday(today)
    used = Counter({this: taken + sum(waiting)})
    out, week = [], this
    for urgent in waiting:
        if urgent:
            out.append(this)
            continue
        while used[week] >= a_week:
            week += WEEK
        used[week] += 1
        out.append(week)
    return out
