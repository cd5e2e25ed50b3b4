"""An erased person leaves what the sources keep beside the lake: original files, held files, repairs and their traces.

An original in which they stand is replaced by a cleaned copy with the source's columns, readable as the original was;
the ledger keeps the checksums of both, and `Load.sha256` stays that of what came, so it is still known when it comes
again. A file that nobody can read any more but that holds a value of theirs is deleted.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsloop.base.ledger import private
from opsloop.data.lake import copies
from opsloop.data.lake.forgetting import Gone, Work, forgets
from opsloop.data.lake.reading import IDENTITY
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.loading import files
from opsloop.data.sources.models import Attempt, Load, Repair, Source
from opsloop.data.sources.originals import TWIN, Cleaner, all_originals, source_of


@forgets(_("original files"))
def originals(gone: Gone) -> Iterator[Work]:
    """Files in drop/ and its folders, and held files: each replaced by a copy without them."""
    return of_originals(gone)


def of_originals(gone: Gone, name: str = "") -> Iterator[Work]:
    """The same; name: of files that came by this name only."""
    cleaner = Cleaner(gone)
    for path in all_originals():
        if name and name not in (path.name, TWIN.sub("", path.name)):
            continue
        source = source_of(path)
        made = cleaner.cleaned(path, source) if source is not None else None
        if made is not None and made.rows:
            said = f"{_place(path)}: {made.before} → {made.after}"
            yield Work(said, made.rows, functools.partial(transaction.on_commit, made.put))
        elif made is None and copies.stands_in(path, gone):
            said = f"{_place(path)}: {files.hash_of(path)} → ∅"
            drop = functools.partial(path.unlink, missing_ok=True)
            yield Work(said, 1, functools.partial(transaction.on_commit, drop))


def _place(path: Path) -> str:
    """Below drop/ or var/, as people know it."""
    return str(path.relative_to(settings.WORKSPACE.root))


@forgets(_("repairs that wait for release"))
def held_repairs(gone: Gone) -> Iterator[Work]:
    """Corrected rows of key sources lie in a file until a second person releases them."""
    for path in sorted((settings.WORKSPACE.var / "held").glob("*/rows.json")):
        source = Load.objects.filter(held_file=str(path.relative_to(settings.WORKSPACE.var))).first()
        personal = personal_of(source.source) if source is not None else {}
        names = identities(personal)
        rows: dict[str, dict[str, str | None]] = json.loads(path.read_text(encoding="utf-8"))
        clean = {
            line: dict.fromkeys(cells) | gone.out_of(cells, personal) if gone.is_in(cells, names) else cells
            for line, cells in rows.items()
        }
        if n := sum(clean[line] != rows[line] for line in rows):
            write = functools.partial(path.write_text, json.dumps(clean, ensure_ascii=False), encoding="utf-8")
            yield Work(_place(path), n, functools.partial(transaction.on_commit, write))


def personal_of(source: Source) -> dict[str, str]:
    """The source's personal columns and their classes."""
    columns = definition_of(source).columns
    return {name: one.personal.value for name, one in columns.items() if one.personal}


def identities(personal: Mapping[str, str]) -> list[str]:
    """Those with identities."""
    return [name for name, kind in personal.items() if kind == IDENTITY]


@forgets(_("traces of repairs"))
def repairs(gone: Gone) -> Iterator[Work]:
    """What stood in a row before and after somebody mended it; who did it and why stays."""
    for source in Source.objects.all():
        names = identities(personal_of(source))
        for row in Repair.objects.filter(load__source=source).order_by("pk").iterator(500):
            if gone.is_in(row.before or {}, names) or gone.is_in(row.after or {}, names):
                yield Work(f"{source.ident} {row}", 1, functools.partial(_blank, row))


def _blank(row: Repair) -> None:
    # a plain queryset, because Thing's would write the old values into the ledger that is being cleaned
    after = None if row.after is None else dict.fromkeys(row.after)
    QuerySet(Repair).filter(pk=row.pk).update(before=dict.fromkeys(row.before), after=after)
    private.erase("sources.repair", row.pk)


@forgets(_("loads that were interrupted"))
def attempts(gone: Gone) -> Iterator[Work]:
    """What they had prepared may hold values of rows; nobody goes on with them."""
    for attempt in Attempt.objects.filter(prepared__isnull=False):
        if _stands_in(attempt.prepared, gone):
            over = Attempt.objects.filter(pk=attempt.pk)
            write = functools.partial(over.update, prepared=None, ended_at=timezone.now())
            yield Work(f"#{attempt.pk}", 1, write)


def _stands_in(value: Any, gone: Gone) -> bool:
    if isinstance(value, dict):
        return any(_stands_in(one, gone) for one in value.values())
    if isinstance(value, list | tuple):
        return any(_stands_in(one, gone) for one in value)
    return isinstance(value, str) and (gone.stands_in(value) or value in gone.values)
