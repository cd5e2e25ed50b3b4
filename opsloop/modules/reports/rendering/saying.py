"""How figures and words read in every shape: the same text, and the marks of what is made up or in doubt."""

from __future__ import annotations

import re
from datetime import date
from unicodedata import east_asian_width

from django.utils.formats import date_format
from django.utils.translation import gettext as _t

from opsloop.modules.reports.document import Document, Figure, Words

SHORTENED = re.compile(r"[万亿KMB]$")
NUMBER = re.compile(r"\d[\d,]*(?:\.(\d+))?")


def marks(figure: Figure) -> tuple[str, ...]:
    """模拟, 存疑: what the reader must know of the number itself."""
    said = [_t("simulated")] if figure.simulated else []
    return (*said, _t("in doubt")) if figure.doubted else tuple(said)


def marked(figure: Figure) -> str:
    """86,923(存疑): the figure with its marks, as plain text."""
    said = marks(figure)
    return f"{figure.text} [{'; '.join(said)}]" if said else figure.text


def plain(text: Words) -> str:
    """Running text with its figures, as plain text."""
    return "".join(marked(one) if isinstance(one, Figure) else one for one in text)


def places(figure: Figure) -> int:
    """How many decimals its text shows, so that a cell of Excel shows as many."""
    found = NUMBER.search(figure.text)
    if found is None or SHORTENED.search(figure.text):
        return figure.decimals
    return len(found[1] or "")


def number_format(figure: Figure) -> str:
    """As Excel writes it: grouped, with its sign where the text has one, and with its marks."""
    zeros = "." + "0" * places(figure) if places(figure) else ""
    body = f"0{zeros}%" if figure.unit in ("percent", "points") else f"#,##0{zeros}"
    said = marks(figure)
    tail = ('" [' + "; ".join(said).replace('"', "") + ']"') if said else ""
    sign = "+" if figure.text.startswith("+") else ""
    return f"{sign}{body}{tail};-{body}{tail};{body}{tail}"


def across(tiles: int) -> int:
    """So many beside each other fill even rows: six are three and three, four or more than six stand in fours."""
    return 3 if tiles in (3, 5, 6) else 4


def wide_of(text: str) -> float:
    """The width of a text in letters of its height: Chinese ones are square, others about half as wide."""
    return sum(1 if east_asian_width(one) in "WF" else 0.55 for one in text)


def day(value: date | None) -> str:
    return date_format(value, "DATE_FORMAT") if value is not None else ""


def keys(document: Document) -> list[str]:
    """What the marks in this document mean, for its foot."""
    said = []
    if document.simulated:
        said.append(_t("Figures marked as simulated are made up for demonstration."))
    if document.doubted:
        said.append(_t("Figures marked as in doubt rest on days whose totals do not agree yet."))
    return said


def state(document: Document) -> str:
    """The word on every page of what has not been issued."""
    return _t("Draft, not issued") if document.draft else ""
