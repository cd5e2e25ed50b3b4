"""What a set of files would change against what is published: the lines of a publication, checked as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg
from opsloop.base.kinds.registry import kinds
from opsloop.playbook import queries, rights
from opsloop.playbook.book import Playbook
from opsloop.playbook.models import Version
from opsloop.playbook.reader.errors import PlaybookError, say
from opsloop.playbook.reader.files import Item, read_text
from opsloop.playbook.store import texts_of


@dataclass(frozen=True, slots=True)
class LineRow:
    """One thing that a publication is to bring; no hash takes it away. `base` is the version it was made from."""

    kind: Annotated[str, Arg(label=_("Kind"), max=40)]
    ident: Annotated[str, Arg(label=_("Id"), max=160)]
    sha256: Annotated[str, Arg(label=_("Content hash"), max=64)] = ""
    base: Annotated[int, Arg(label=_("Made from version"), min=0)] = 0
    small: Annotated[str, Arg(label=_("Why it is a small change"), max=200)] = ""


@dataclass(frozen=True)
class Outcome:
    """What would be published if these lines were: the book then, what is wrong with it, whose rights change."""

    book: Playbook
    items: dict[queries.Key, Item | None]
    errors: list[PlaybookError]
    rights_of: list[str]


def items_of(rows: Iterable[LineRow], unkept: dict[str, str] | None = None) -> dict[queries.Key, Item | None]:
    """The lines' texts as read, None for what is taken away. `unkept`: hash -> text that is not in the store yet."""
    wanted = [row for row in rows if row.kind in kinds]
    texts = texts_of(row.sha256 for row in wanted if row.sha256 not in (unkept or {})) | (unkept or {})
    items: dict[queries.Key, Item | None] = {}
    for row in wanted:
        one, text = kinds[row.kind], texts.get(row.sha256)
        items[row.kind, row.ident] = None if text is None else read_text(one, row.ident, one.path(row.ident), text)
    return items


def outcome(
    rows: Iterable[LineRow], latest: dict[queries.Key, Version], unkept: dict[str, str] | None = None,
    day: date | None = None,
) -> Outcome:  # fmt: skip
    """Read the lines' texts and check the book that they would make. Errors that were there before do not count.

    day: from which they are to hold; then the book of each day on which something else still waits is checked too.
    """
    items = items_of(rows, unkept)
    after, errors = _checked(queries.book_of(latest.values()), items)
    known = {(one.file, one.field, str(one.message)) for one in errors}
    for on in queries.days_before_all(day) if day else ():
        _book, found = _checked(queries.published(on), items)
        new = [one for one in found if (one.file, one.field, str(one.message)) not in known]
        known |= {(one.file, one.field, str(one.message)) for one in new}
        errors += [_on_day(one, on) for one in new]
    return Outcome(after, items, errors, _rights_of(items, latest))


def _checked(before: Playbook, items: dict[queries.Key, Item | None]) -> tuple[Playbook, list[PlaybookError]]:
    """The book with these items, and the errors that they bring into it."""
    after = Playbook({k: v for k, v in {**before.items, **items}.items() if v is not None})
    touched = {item.path for item in items.values() if item}
    errors = [error for error in after.checked.errors if error.file in touched]
    if len(errors) < len(after.checked.errors):
        old = {(one.file, one.field) for one in before.checked.errors}
        errors += [one for one in after.checked.errors if one.file not in touched and (one.file, one.field) not in old]
    return after, errors


def _on_day(error: PlaybookError, day: date) -> PlaybookError:
    remedy = say(
        _("So it is on {day}: what it names holds later, or no more. Choose another day."), day=day.isoformat()
    )
    return PlaybookError(
        error.message, remedy=remedy, file=error.file, line=error.line, column=error.column, field=error.field
    )


def _rights_of(items: dict[queries.Key, Item | None], latest: dict[queries.Key, Version]) -> list[str]:
    return sorted(
        ident
        for (kind, ident), item in items.items()
        if kind == "position"
        and rights.changed(latest[kind, ident].data if (kind, ident) in latest else {}, item.data if item else {})
    )


def against(book: Playbook, latest: dict[queries.Key, Version], *, remove: bool = True) -> list[LineRow]:
    """The lines by which the published becomes this book. Kinds that are not installed stay as they are."""
    rows = []
    for (kind, ident), item in sorted(book.items.items()):
        was = latest.get((kind, ident))
        if was is None or was.sha256 != item.sha256:
            rows.append(LineRow(kind, ident, item.sha256, was.number if was else 0))
    if remove:
        gone = sorted(key for key, v in latest.items() if key not in book.items and not v.withdrawn and key[0] in kinds)
        rows += [LineRow(kind, ident, "", latest[kind, ident].number) for kind, ident in gone]
    return rows
