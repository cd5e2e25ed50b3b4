"""The document as one file of HTML, with pictures of its charts."""

from __future__ import annotations

from pathlib import Path

from django.template.loader import render_to_string

from opsloop.modules.reports.document import Document
from opsloop.ui.pictures import svg

STYLE = Path(__file__).parent.parent / "static/reports/document.css"
PAPER = Path(__file__).parent / "paper.css"
WIDE, TALL = 420, 190
"""CSS pixels of a picture: two stand beside each other on A4."""


def make(document: Document) -> bytes:
    """UTF-8."""
    return page(document).encode()


def page(document: Document) -> str:
    """The whole page. It asks nothing of a network: styles and pictures stand in it."""
    pictures = {
        id(one): svg(one.option, language=document.language, width=WIDE, height=0 if one.lying else TALL)
        for one in document.charts
    }
    style = STYLE.read_text(encoding="utf-8") + PAPER.read_text(encoding="utf-8")
    context = {"document": document, "pictures": pictures, "style": style}
    return render_to_string("reports/document/whole.html", context)
