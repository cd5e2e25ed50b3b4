"""The document as one file of HTML, with pictures of its charts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.template.loader import render_to_string

from opsloop.modules.reports.document import Document
from opsloop.ui.pictures import svg

STYLE = Path(__file__).parent.parent / "static/reports/document.css"
PAPER = Path(__file__).parent / "paper.css"
WIDE, TALL = 336, 150
"""CSS pixels of a picture: two stand beside each other on A4 as large as they are drawn, so letters keep their size."""
Pictures = Mapping[int, str]


def make(document: Document) -> bytes:
    """UTF-8."""
    return page(document, drawn(document)).encode()


def drawn(document: Document) -> Pictures:
    """Each chart's picture by the id of the chart, so that a page laid out twice is drawn once."""
    return {
        id(one): svg(one.option, language=document.language, width=WIDE, height=0 if one.lying else TALL)
        for one in document.charts
    }


def page(document: Document, pictures: Pictures, room: str = "") -> str:
    """The whole page, which asks nothing of a network: styles and pictures stand in it. room: compact, tight or not."""
    style = STYLE.read_text(encoding="utf-8") + PAPER.read_text(encoding="utf-8")
    context = {"document": document, "pictures": pictures, "style": style, "room": room}
    return render_to_string("reports/document/whole.html", context)
