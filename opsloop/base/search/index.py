"""Keeping the index: it follows the ledger entry by entry, and can be made anew."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction

from opsloop.base.ledger.models import Entry as LedgerEntry
from opsloop.base.search import store
from opsloop.base.search.models import Document, Mark, Page
from opsloop.base.search.register import Searchable, bare, searchables

log = logging.getLogger("opsloop.search")
PAGE = Page._meta.label_lower
STEP = 500
"""Ledger entries or rows in one transaction."""
LAG = 100
"""The mark moves on by itself after so many entries that concern no searchable row."""
Touched = dict[str, set[int]]


def follow(most: int = STEP) -> int:
    """Index what the ledger says has changed since the mark, and answer how many entries were followed.

    The worker calls it every second (jobs.py), so that no act waits for the index. Cheap where nothing searchable
    changed: two small reads. Entries become visible in their order (the chain's lock), so nothing below the mark comes
    later.
    """
    touched, upto, count = _touched(_mark(), most)
    if not touched and count < min(LAG, most):
        return count
    with transaction.atomic():
        mark = _locked_mark()
        touched, upto, count = _touched(mark.entry_id, most)
        for label, pks in touched.items():
            _index(searchables[label], pks)
        mark.entry_id = max(upto, mark.entry_id)
        mark.save()
    return count


def reindex(*, anew: bool = False) -> int:
    """Index every searchable row and page; `anew` empties the index first. Answers how many documents there are."""
    with transaction.atomic():
        mark = _locked_mark()
        mark.entry_id = LedgerEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
        mark.save()
        if anew:
            store.wipe()
    for one in searchables.values():
        for pks in _steps(one.model._base_manager.order_by("pk").values_list("pk", flat=True)):
            with transaction.atomic():
                _index(one, pks)
        _drop_lost(one.label, one.rows().order_by().values("pk"))
    for pks in _steps(Page.objects.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            store.put([store.Entry(PAGE, p.pk, p.title, p.text) for p in Page.objects.filter(pk__in=pks)])
    _drop_lost(PAGE, Page.objects.values("pk"))
    return Document.objects.count()


def put_page(noun: str, code: str, *, title: str, text: str, url: str, sees: str = "") -> None:
    """Make a text searchable that is no row, for those who see the noun `sees` (empty: everyone). Again replaces it."""
    values = {"title": title[:300], "text": text, "url": url, "sees": sees}
    with transaction.atomic():
        page, _made = Page.objects.update_or_create(noun=noun, code=code, defaults=values)
        store.put([store.Entry(PAGE, page.pk, title, text)])


def drop_pages(noun: str, keep: Iterable[str] = ()) -> None:
    """Forget the texts of a noun, but for these codes."""
    with transaction.atomic():
        gone = list(Page.objects.filter(noun=noun).exclude(code__in=list(keep)).values_list("pk", flat=True))
        store.drop(PAGE, gone)
        Page.objects.filter(pk__in=gone).delete()


def _mark() -> int:
    return Mark.objects.filter(pk=1).values_list("entry_id", flat=True).first() or 0


def _locked_mark() -> Mark:
    Mark.objects.get_or_create(pk=1)
    return Mark.objects.select_for_update().get(pk=1)


def _touched(mark: int, most: int) -> tuple[Touched, int, int]:
    """(model -> ids, the last entry, how many) among the entries behind the mark."""
    found: Touched = defaultdict(set)
    last, count = mark, 0
    labels = _watched()
    for number, body in LedgerEntry.objects.filter(pk__gt=mark).order_by("pk").values_list("pk", "body")[:most]:
        last, count = number, count + 1
        if not any(f'"{label}:' in body for label in labels):
            continue
        for name in json.loads(body).get("changes", {}):
            label, _colon, pk = name.rpartition(":")
            if label in labels and pk.isdigit():
                _add(found, labels[label], label, int(pk))
    return dict(found), last, count


def _watched() -> dict[str, list[tuple[Searchable, str | None]]]:
    """label -> what a change of such a row concerns: itself, or the row that its column names."""
    out: dict[str, list[tuple[Searchable, str | None]]] = defaultdict(list)
    for one in searchables.values():
        out[one.label].append((one, None))
        for model, column in one.via.items():
            out[model._meta.label_lower].append((one, column))
    return out


def _add(found: Touched, concerned: list[tuple[Searchable, str | None]], label: str, pk: int) -> None:
    for one, column in concerned:
        if column is None:
            found[one.label].add(pk)
            continue
        model = next(m for m in one.via if m._meta.label_lower == label)
        found[one.label] |= set(model._base_manager.filter(pk=pk).values_list(column, flat=True)) - {None}


def _index(one: Searchable, pks: Iterable[int]) -> None:
    entries: list[store.Entry] = []
    gone = set(pks)
    for row in one.rows().filter(pk__in=list(gone)).order_by("pk"):
        try:
            shown = bare(row)
            entries.append(store.Entry(one.label, row.pk, one.title(shown), one.text(shown)))
            gone.discard(row.pk)
        except Exception:  # a fault in one app's words must not stop the index of the others
            log.exception("%s %s cannot be indexed", one.label, row.pk)
    store.drop(one.label, list(gone))
    store.put(entries)


def _drop_lost(label: str, there: Any) -> None:
    lost = Document.objects.filter(object_type=label).exclude(object_id__in=there)
    for pks in _steps(lost.values_list("object_id", flat=True)):
        with transaction.atomic():
            store.drop(label, pks)


def _steps(ids: Any) -> Iterator[list[int]]:
    """The ids in portions; read at once, so that no cursor stays open over transactions."""
    every = list(ids)
    yield from (every[i : i + STEP] for i in range(0, len(every), STEP))
