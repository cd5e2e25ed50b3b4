"""Colours and fonts of a picture: those that the style sheet of the pages gives its charts, in the light theme."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from opsloop.base.things.texts import in_chinese

SHEET = Path(__file__).parent.parent / "static/ui/figures.css"
FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Microsoft YaHei",
)
"""Families with simplified glyphs, the best first. Naming the family decides: Noto's other faces draw 直 and 门 as in
Japan."""
SURFACE = "#ffffff"


@dataclass(frozen=True, slots=True)
class Look:
    """What `opsloopChart.themed` in chart.js wants to know of the page."""

    language: str
    font: str
    text: str
    line: str
    surface: str
    muted: str
    colours: tuple[str, ...]


@cache
def _values() -> dict[str, str]:
    light = SHEET.read_text(encoding="utf-8").split("[data-bs-theme=dark]")[0]
    return dict(re.findall(r"--chart-(\w+):\s*(#[0-9a-f]{6})", light))


def colours() -> tuple[str, ...]:
    """The colours of series, in their order."""
    return tuple(_values()[name] for name in "12345")


def muted() -> str:
    """The colour of what is only compared with."""
    return _values()["muted"]


def look(language: str) -> Look:
    """The look in this language: zh-hans, en."""
    values = _values()
    # Unquoted: ECharts writes the families into a style attribute that is itself in double quotes.
    font = ", ".join((*FONTS, "sans-serif"))
    said = "zh-CN" if in_chinese(language) else "en"
    return Look(said, font, values["text"], values["line"], SURFACE, values["muted"], colours())
