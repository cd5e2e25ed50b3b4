"""Who has not, by document and by position: how many are concerned, have read, are late."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from django.utils import timezone

from opsloop.base.kinds.registry import kinds
from opsloop.base.people.models import Person
from opsloop.engine.readings import queries
from opsloop.engine.readings.models import WAITING, State
from opsloop.engine.readings.naming import title_of
from opsloop.engine.readings.shelf import Key, shelf


@dataclass(frozen=True, slots=True)
class Reader:
    """One person and one document that concerns them now. state: read, open, planned or late."""

    person: int
    key: Key
    positions: frozenset[str]
    state: str


@dataclass(slots=True)
class Share:
    """One line: readings that are wanted and done. word: what the list of readings is searched for."""

    title: str
    kind: str
    word: str
    number: int = 0
    pk: int = 0
    people: set[int] = field(default_factory=set)
    wanted: int = 0
    read: int = 0
    late: int = 0
    planned: int = 0

    def add(self, one: Reader) -> None:
        self.people.add(one.person)
        self.wanted += 1
        self.read += one.state == "read"
        self.late += one.state == "late"
        self.planned += one.state == "planned"

    @property
    def open(self) -> int:
        return self.wanted - self.read - self.planned

    @property
    def share(self) -> int:
        """Whole per cent, rounded down, so that 100 means all."""
        return self.read * 100 // self.wanted if self.wanted else 100


def readers(by: Person) -> list[Reader]:
    """Everybody's present readings that this person may see; what is over for other reasons does not count."""
    on, held, now = shelf(), queries.held_by(), timezone.now()
    found: dict[tuple[int, Key], str] = {}
    rows = queries.of_others(by).filter(state__in=[*WAITING, State.DONE])
    for person, kind, ident, number, state, due in rows.values_list(
        "person_id", "kind", "ident", "number", "state", "due_at"
    ):
        document = on.documents.get((kind, ident))
        if document is None or not document.positions & held.get(person, {}).keys():
            continue
        if state != State.DONE:
            late = state == State.OPEN and due is not None and due < now
            found[person, document.key] = "late" if late else str(state)
        elif number >= document.needed:
            found.setdefault((person, document.key), "read")
    return [
        Reader(person, key, on.documents[key].positions & held[person].keys(), state)
        for (person, key), state in found.items()
    ]


def by_document(by: Person) -> list[Share]:
    """The document with the most overdue readers first, then the least read."""
    on = shelf()

    def lines(one: Reader) -> Iterable[tuple[str, Callable[[], Share]]]:
        document = on.documents[one.key]
        yield (
            "/".join(one.key),
            lambda: Share(title_of(*one.key) or document.title, _kind(document.kind), document.title, document.number),
        )

    return _shares(readers(by), lines)


def by_position(by: Person, titles: dict[str, str], pks: dict[str, int]) -> list[Share]:
    """titles, pks: of positions by their codes. Who holds two positions counts in both."""

    def lines(one: Reader) -> Iterable[tuple[str, Callable[[], Share]]]:
        for code in one.positions:
            yield code, partial(Share, titles.get(code, code), "", "", pk=pks.get(code, 0))

    return _shares(readers(by), lines)


def _shares(found: list[Reader], lines: Callable[[Reader], Iterable[tuple[str, Callable[[], Share]]]]) -> list[Share]:
    shares: dict[str, Share] = {}
    for one in found:
        for key, make in lines(one):
            if key not in shares:
                shares[key] = make()
            shares[key].add(one)
    return sorted(shares.values(), key=lambda share: (-share.late, share.share, share.title))


def _kind(name: str) -> str:
    return str(kinds[name].title) if name in kinds else name
