"""Finding: what a person may see is picked out before pages are cut, with bounded work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import sees, visible
from opsloop.base.search import store
from opsloop.base.search.index import PAGE
from opsloop.base.search.models import Page
from opsloop.base.search.register import bare, searchables
from opsloop.base.search.snippets import Part, snippet
from opsloop.base.search.store import Candidate
from opsloop.base.search.words import Phrase, loosened, phrases
from opsloop.base.things.errors import Text

MOST_LOOKED = 2000
"""So many candidates are looked at for one page; who sees few of many gets a page that says there may be more."""
FIRST_BATCH, LARGEST_BATCH = 30, 400
END = 2**62


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. `parts` is a piece of its text, the found words marked."""

    label: str
    pk: int
    noun: Text
    title: str
    url: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits. `after` asks for the next one; None: that was all. `loose`: not as one phrase."""

    hits: list[Hit]
    after: str | None
    loose: bool = False


def find(person: Person, query: str, limit: int = 20) -> list[Hit]:
    """The best hits among what `person` sees: whole titles, then titles, then texts; the newest first in each."""
    return find_page(person, query, limit=limit).hits


def find_page(
    person: Person, query: str, *, labels: Iterable[str] | None = None, limit: int = 20, after: str | None = None
) -> Found:
    """One page; `labels` narrows to some models. A query that is found nowhere as a phrase is tried word by word."""
    asked, may = phrases(query), _labels(person, labels)
    if not asked or not may:
        return Found([], None)
    loose = (after or "").startswith("~")
    found = _page(person, query, loosened(asked) if loose else asked, may, limit, (after or "").lstrip("~"))
    if found.hits or found.after or loose or after or loosened(asked) == asked or not loosened(asked):
        return Found(found.hits, f"~{found.after}" if loose and found.after else found.after, loose)
    found = _page(person, query, loosened(asked), may, limit, "")
    return Found(found.hits, f"~{found.after}" if found.after else None, loose=bool(found.hits or found.after))


def _labels(person: Person, wanted: Iterable[str] | None) -> list[str]:
    """The models of which this person sees anything at all."""
    may = [one.label for one in searchables.values() if not visible(person, one.model).query.is_empty()]
    every = [*may, PAGE]
    return every if wanted is None else [label for label in wanted if label in every]


def _page(person: Person, query: str, asked: Sequence[Phrase], may: list[str], limit: int, after: str) -> Found:
    whole = store.exactly(query, may, limit // 2)  # on the first page before all others, nowhere else again
    first = {one.id for one in whole}
    shown = _visible_hits(person, whole, asked) if not after else {}
    hits = [shown[number] for number in sorted(shown, reverse=True)]
    looked, last = 0, after
    for batch, where in _batches(asked, may, limit, after):
        shown = _visible_hits(person, [one for one in batch if one.id not in first], asked)
        for one in batch:
            looked, last = looked + 1, f"{where}:{one.id}"
            if one.id in shown:
                hits.append(shown[one.id])
            if len(hits) >= limit:
                return Found(hits, last)
        if looked >= MOST_LOOKED:
            return Found(hits, last)
    return Found(hits, None)


def _batches(asked: Sequence[Phrase], may: list[str], limit: int, after: str) -> Iterator[tuple[list[Candidate], str]]:
    """(candidates, tier): first `t` titles, then `x` texts, from where `after` ended."""
    tier, _colon, number = after.partition(":")
    start = int(number) if number.isdigit() else END
    for where in ("t", "x"):
        if tier == "x" and where == "t":
            continue
        before, size = start if where == tier else END, max(FIRST_BATCH, limit + 1)
        while batch := store.candidates(asked, may, in_title=where == "t", before=before, limit=size):
            yield batch, where
            if len(batch) < size:
                break
            before, size = batch[-1].id, min(size * 3, LARGEST_BATCH)


def _visible_hits(person: Person, batch: Sequence[Candidate], asked: Sequence[Phrase]) -> dict[int, Hit]:
    """document id -> hit, for those that the person sees; one query per model in the batch."""
    by_label: dict[str, dict[int, int]] = defaultdict(dict)
    for one in batch:
        by_label[one.label][one.pk] = one.id
    found: dict[int, Hit] = {}
    for label, numbers in by_label.items():
        make = _page_hit if label == PAGE else _row_hit
        for row in _rows(person, label, list(numbers)):
            found[numbers[row.pk]] = make(row, asked)
    return found


def _rows(person: Person, label: str, pks: list[int]) -> Iterable[Any]:
    if label == PAGE:
        return [row for row in Page.objects.filter(pk__in=pks) if not row.sees or sees(person, row.sees)]
    one = searchables[label]
    return one.rows(visible(person, one.model).filter(pk__in=pks))


def _row_hit(row: Any, asked: Sequence[Phrase]) -> Hit:
    one, shown = searchables[row._meta.label_lower], bare(row)
    return Hit(one.label, row.pk, one.noun, one.title(shown), one.url(row), snippet(one.text(shown), asked))


def _page_hit(row: Any, asked: Sequence[Phrase]) -> Hit:
    return Hit(PAGE, row.pk, row.noun, row.title, row.url, snippet(row.text, asked))
