"""What of a report is read on its one page, and what follows as an annex: the table of all figures, the charts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext as _t

from opsloop.modules.reports.document import Block, Chart, Document, Paragraph, Part, Table, words

ANNEX = "annex"
DETAILED = frozenset({"result"})
"""Parts whose tables are detail; those of advice and of what became of it belong on the page."""


def with_annex(document: Document, *, charts: bool = True) -> Document:
    """The same report with a last part 附表, which takes the tables of the result, and its charts if `charts`.

    Nothing is lost or written anew. As it was, where there is nothing to move.
    """
    moved: list[Block] = []
    parts = [_without(part, charts, moved.append) for part in document.parts]
    if not moved:
        return document
    note = Paragraph(words(_t("All figures and charts that are not on this page stand in the annex.")), "note")
    parts = [replace(one, blocks=(*one.blocks, note)) if one.key in DETAILED else one for one in parts]
    return replace(document, parts=(*parts, Part(ANNEX, _t("Annex"), tuple(moved))))


def _without(part: Part, charts: bool, move: Callable[[Block], None]) -> Part:
    kept = []
    for block in part.blocks:
        if (isinstance(block, Chart) and charts) or (isinstance(block, Table) and part.key in DETAILED):
            move(block)
        else:
            kept.append(block)
    return replace(part, blocks=tuple(kept))
