"""Draws: one V8 context in a process, made at the first picture, kept, renewed now and then, never shared by a fork."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings

from opsloop.ui.pictures.look import FONTS, SURFACE, look

WIDTH, HEIGHT, SCALE = 640, 300, 2.0
"""CSS pixels, and how many of the picture's to one of them."""
SECONDS, MEGABYTES, RENEWED_AFTER = 20, 256, 500
"""A picture may take so long and so much memory; after so many the context begins anew."""
PAGE = Path(__file__).parent.parent / "static/ui/chart.js"
STUBS = "globalThis.setTimeout = () => 0; globalThis.clearTimeout = () => {};"
DRAW = """
globalThis.opsloopDraw = (option, decimals, look, width, height) => {
  const tall = height || opsloopChart.height(option) || %d;
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height: tall });
  try {
    chart.setOption(opsloopChart.themed(option, decimals, look));
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
};
"""


class CannotDraw(Exception):
    """The option is none that ECharts can draw, or drawing took too long or too much memory."""


class Canvas:
    """A V8 with ECharts and the page's chart script in it. Use it from one thread at a time."""

    def __init__(self) -> None:
        from py_mini_racer import MiniRacer  # noqa: PLC0415  # 40 MB: only what draws loads V8

        self.racer = MiniRacer()
        self.drawn = 0
        for script in (STUBS, _echarts().read_text(encoding="utf-8"), PAGE.read_text(encoding="utf-8"), DRAW % HEIGHT):
            self.racer.eval(script)

    def svg(self, option: Mapping[str, Any], language: str, width: int, height: int) -> str:
        """The picture. Raises CannotDraw."""
        from py_mini_racer import JSEvalException  # noqa: PLC0415  # loaded by then

        self.drawn += 1
        given = (dict(option), int(option.get("decimals", 0)), asdict(look(language)), width, height)
        try:
            found = self.racer.call("opsloopDraw", *given, timeout_sec=SECONDS, max_memory=MEGABYTES * 2**20)
        except JSEvalException as error:
            raise CannotDraw(str(error).splitlines()[0]) from error
        return str(found)


class Desk:
    """The process's canvas: made when first wanted, thrown away when it failed or has drawn enough."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.canvas: Canvas | None = None

    def svg(self, option: Mapping[str, Any], language: str, width: int, height: int) -> str:
        with self.lock:
            if self.canvas is not None and self.canvas.drawn >= RENEWED_AFTER:
                self._drop()
            if self.canvas is None:
                self.canvas = _apart(Canvas)
            try:
                return self.canvas.svg(option, language, width, height)
            except Exception:
                self._drop()
                raise

    def _drop(self) -> None:
        if self.canvas is not None:
            self.canvas.racer.close()
        self.canvas = None

    def forget(self) -> None:
        """In a child of a fork, whose copy of V8 has no threads and whose lock nobody may ever give back.

        The copy is never freed: ending a V8 waits for its threads.
        """
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self.canvas))
        self.lock = Lock()
        self.canvas = None


def _apart(make: Callable[[], Canvas]) -> Canvas:
    """Made in a thread of its own: V8 takes the event loop that runs in its maker's thread, if one does, then cannot
    be called from there. One runs in threads that serve asynchronously and where Playwright is open."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(make).result()


DESK = Desk()
os.register_at_fork(after_in_child=DESK.forget)


@cache
def _echarts() -> Path:
    """The script that the wheel carries for the pages."""
    for folder in (settings.VENDOR, settings.STATIC_ROOT):
        if (found := Path(folder) / "echarts/echarts.min.js").exists():
            return found
    raise FileNotFoundError("echarts.min.js is missing: run `npm ci --ignore-scripts`, then `python tools/assets.py`")


def svg(option: Mapping[str, Any], *, language: str = "zh-hans", width: int = WIDTH, height: int = 0) -> str:
    """A chart's option (`opsloop.ui.charts.Chart.option`) as SVG, a width and height in CSS pixels.

    height 0: as high as the page makes it. Thread-safe. Raises CannotDraw.
    """
    return DESK.svg(option, language, width, height)


def png(
    option: Mapping[str, Any], *, language: str = "zh-hans", width: int = WIDTH, height: int = 0, scale: float = SCALE
) -> bytes:
    """The same as PNG on white, `scale` pixels to a CSS pixel. Raises CannotDraw."""
    return png_of(svg(option, language=language, width=width, height=height), scale=scale)


def png_of(drawn: str, *, scale: float = SCALE) -> bytes:
    """Any SVG of our own as PNG on white: a chart, or a card with charts set into it."""
    from resvg_py import svg_to_bytes  # noqa: PLC0415  # a native library that only what draws needs

    return bytes(svg_to_bytes(svg_string=drawn, background=SURFACE, zoom=scale, font_family=FONTS[0]))
