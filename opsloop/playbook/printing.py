"""The whole book as one HTML file and as PDF: the same sheet as the pages, nothing fetched from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _t

from opsloop.playbook import queries
from opsloop.playbook.book import Playbook
from opsloop.playbook.reader.files import Item
from opsloop.playbook.reading import contents as reading
from opsloop.playbook.reading.things import built

SHEET = Path(__file__).parent / "static/playbook/book.css"
_FONTS = (
    'html { font-family: "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; '
    "font-size: 14px; line-height: 1.6; color: #182433; } body { max-width: 68em; margin: 0 auto; padding: 16px; } "
    ".text-secondary { color: #56627a; } .badge { font-size: 12px; }\n"
)
_FRAME = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
    "<style>{sheet}</style></head><body><h1>{title}</h1><p>{edition}</p>{inside}</body></html>"
)
_LINK = re.compile(r'href="/playbook/([a-z][a-z-]*)/([a-z0-9/-]+)/"')


def title() -> str:
    """What the book is called, in the language in force."""
    return reading.contents(queries.published()).title


def whole(book: Playbook) -> dict[str, Any]:
    """Chapters with their things set out, for the template of the whole book; it names no holders."""
    found = reading.contents(book)
    things = [(chapter, [(line, *_inside(book, line.item)) for line in chapter.lines]) for chapter in found.chapters]
    return {"contents": found, "things": things}


def _inside(book: Playbook, item: Item) -> tuple[str, Any]:
    return built(book, item, None)


def inside_html(book: Playbook) -> str:
    """The chapters as HTML; links between things lead to their places in the same file."""
    text = render_to_string("playbook/whole_inside.html", whole(book))
    return _LINK.sub(r'href="#\1-\2"', text)


def html(book: Playbook) -> str:
    """One file that can be sent and opened anywhere, in the language in force."""
    found = reading.contents(book)
    edition = _t("Edition %(edition)s") % {"edition": found.edition} if found.edition else ""
    return format_html(
        _FRAME,
        language="en" if (get_language() or "").startswith("en") else "zh-Hans",
        title=found.title,
        sheet=mark_safe(_FONTS + SHEET.read_text(encoding="utf-8")),  # noqa: S308  # our own sheet
        edition=edition,
        inside=mark_safe(inside_html(book)),  # noqa: S308  # made by our own template
    )


def pdf(book: Playbook) -> bytes:
    """The same on A4. Heavy: never in a web process, never inside an act."""
    import weasyprint  # noqa: PLC0415  # 60 MB that only jobs and the command line carry

    made: bytes = weasyprint.HTML(string=html(book), url_fetcher=_nothing).write_pdf()
    return made


def _nothing(url: str, *_args: Any, **_options: Any) -> dict[str, Any]:
    """The file holds all it needs; nothing is fetched."""
    raise ValueError(f"{url} is not fetched")
