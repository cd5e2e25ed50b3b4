"""Markdown: for chat groups, wikis and whoever reads text. Charts are tables here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from opsloop.modules.reports.document import Block, Chart, Document, Listing, Paragraph, Table, Tiles, Words
from opsloop.modules.reports.rendering.saying import keys, plain, state
from opsloop.ui.formats import NONE, number

SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


def make(document: Document) -> bytes:
    """UTF-8."""
    return ("\n".join(_lines(document)).rstrip() + "\n").encode()


def _lines(document: Document) -> Iterator[str]:
    yield f"# {_safe(' '.join(filter(None, (document.company, document.title, document.subtitle))))}"
    yield ""
    if document.warning:
        yield f"> **{_safe(document.warning)}**\n"
    if word := state(document):
        yield f"**{word}**\n"
    facts = [document.number, *(f"{what}: {says}" for what, says in document.facts)]
    yield _safe(" · ".join(filter(None, facts)))
    for part in document.parts:
        yield f"\n## {_safe(part.title)}\n"
        for block in part.blocks:
            yield from _block(block)
            yield ""
    for line in keys(document):
        yield f"*{_safe(line)}*\n"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Tiles):
        for tile in block.figures:
            beside = f" ({_words(tile.beside)})" if tile.beside else ""
            yield f"- {_safe(tile.title)}: **{_words((tile.figure,))}**{beside}"
    elif isinstance(block, Paragraph):
        text = _words(block.text)
        yield (
            f"**{text}**"
            if block.style in ("lead", "warning")
            else text + (" ＿＿＿＿" if block.style == "blank" else "")
        )
    elif isinstance(block, Listing):
        for n, item in enumerate(block.items, 1):
            yield f"{n}. {_words(item)}" if block.ordered else f"- {_words(item)}"
    elif isinstance(block, Table):
        yield from _table(block)
    else:
        yield from _chart(block)


def _table(table: Table) -> Iterator[str]:
    if table.title:
        yield f"**{_safe(table.title)}**\n"
    yield _row(_safe(one.title) for one in table.columns)
    yield _row("---:" if one.number else "---" for one in table.columns)
    for row in table.rows:
        yield _row(_words(cell) for cell in row)
    if table.note:
        yield f"\n{_words(table.note)}"


def _chart(chart: Chart) -> Iterator[str]:
    yield f"**{_safe(chart.heading)}**\n"
    yield _row(("", *(_safe(one.name) for one in chart.series)))
    yield _row(("---", *("---:" for _one in chart.series)))
    for n, name in enumerate(chart.categories):
        values = (one.values[n] for one in chart.series)
        yield _row((_safe(name), *(NONE if v is None else number(v, chart.decimals) for v in values)))
    if chart.note:
        yield f"\n{_words(chart.note)}"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _words(text: Words) -> str:
    return _safe(plain(text))


def _safe(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text).replace("\n", " ")
