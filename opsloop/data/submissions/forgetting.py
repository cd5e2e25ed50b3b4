"""An erased person leaves the sheets that people filled in, and the traces of their corrections."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from opsloop.base.ledger import private
from opsloop.data.lake.erasing import Manner
from opsloop.data.lake.forgetting import Gone, Work, forgets
from opsloop.data.sources.forgetting import identities, personal_of
from opsloop.data.submissions.models import Figure, Submission

Row = dict[str, str]


@forgets(_("filled-in sheets"))
def sheets(gone: Gone) -> Iterator[Work]:
    """Cells with one of them become empty, or their rows go; what was counted already is a load of the lake."""
    for sheet in Submission.objects.select_related("source").order_by("pk").iterator(500):
        personal = personal_of(sheet.source)
        names = identities(personal)
        rows, counted = _left(sheet.rows, gone, personal), _left(sheet.counted, gone, personal)
        if (rows, counted) != (sheet.rows, sheet.counted):
            changed = sum(gone.is_in(row, names) for row in sheet.rows)
            said = f"{sheet.source.ident} {sheet.day}"
            yield Work(said, max(changed, 1), functools.partial(_keep, sheet, rows, counted))


def _left(rows: list[Row], gone: Gone, personal: dict[str, str]) -> list[Row]:
    names = identities(personal)
    if gone.manner == Manner.REMOVE:
        return [row for row in rows if not gone.is_in(row, names)]
    return [gone.out_of(row, personal) if gone.is_in(row, names) else row for row in rows]


def _keep(sheet: Submission, rows: list[Row], counted: list[Row]) -> None:
    # plain querysets, because Thing's would write the old values into the ledger that is being cleaned
    QuerySet(Submission).filter(pk=sheet.pk).update(rows=rows, counted=counted)
    private.erase("submissions.submission", sheet.pk)


@forgets(_("figures that were written over"))
def figures(gone: Gone) -> Iterator[Work]:
    """That a figure was changed, when and why stays."""
    for one in Figure.objects.select_related("submission__source").order_by("pk").iterator(500):
        names = identities(personal_of(one.submission.source))
        cells = {one.column: one.before, f"{one.column} ": one.after}
        keys = {str(n): text for n, text in enumerate(one.row.split(" · "))}
        own = [*cells] if one.column in names else []
        if gone.is_in(cells, own) or gone.is_in(keys, [*keys] if names else []):
            yield Work(f"#{one.pk}", 1, functools.partial(_blank, one))


def _blank(one: Figure) -> None:
    QuerySet(Figure).filter(pk=one.pk).update(row="", before="", after="")
    private.erase("submissions.figure", one.pk)
