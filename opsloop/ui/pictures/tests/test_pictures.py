"""One context draws all pictures here: starting V8 is what costs."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import signal
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from opsloop.ui.charts import Chart, Series
from opsloop.ui.pictures import CannotDraw, drawing, png, svg
from opsloop.ui.pictures.look import _values, colours, look

WEEK = ("周一", "周二", "周三")
SALES = Chart("c", WEEK, (Series("本周", (123456.5, None, 9e4)), Series("上周", (1, 2, 3), muted=True)), "", unit="元")


def told(picture: str) -> list[str]:
    """The texts that stand in a picture."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture)


def test_the_picture_says_what_the_page_says_in_its_number_format_and_colours() -> None:
    drawn = svg(SALES.option)
    assert {"元", "周一", "周二", "周三", "本周", "上周", "12万"} <= set(told(drawn))
    assert colours()[0] in drawn and look("zh-hans").muted in drawn
    assert "120K" in told(svg(SALES.option, language="en"))


def test_every_colour_is_the_one_that_the_pages_have() -> None:
    assert set(_values()) == {"text", "line", "muted", "1", "2", "3", "4", "5"}
    assert len(colours()) == 5


def test_simplified_chinese_fonts_are_asked_for_by_name() -> None:
    assert "font-family:Noto Sans CJK SC" in svg(SALES.option)


def size(picture: bytes) -> tuple[int, int]:
    return struct.unpack(">II", picture[16:24])


def test_a_png_is_as_large_as_was_asked() -> None:
    picture = png(SALES.option, width=300, height=200)
    assert picture.startswith(b"\x89PNG") and size(picture) == (600, 400)


def test_bars_from_left_to_right_are_as_high_as_on_the_page() -> None:
    lying = Chart("c", [f"部门{n}" for n in range(12)], (Series("额", [1.0] * 12, "bar"),), "", lying=True)
    assert 'height="366"' in svg(lying.option)  # 54 + 12 * 26, as chart.js has it


def test_a_picture_is_drawn_where_an_event_loop_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "DESK", drawing.Desk())

    async def draw() -> list[str]:
        return [svg(SALES.option), svg(SALES.option)]

    assert all(one.startswith("<svg") for one in asyncio.run(draw()))
    assert svg(SALES.option).startswith("<svg"), "and where it has ended"


def test_a_child_of_a_process_that_has_drawn_goes_on() -> None:
    svg(SALES.option)
    child = os.fork()
    if child == 0:
        os._exit(0 if drawing.DESK.canvas is None and gc.collect() >= 0 else 1)
    until = time.monotonic() + 30
    while (ended := os.waitpid(child, os.WNOHANG))[0] == 0 and time.monotonic() < until:
        time.sleep(0.02)
    if ended[0] == 0:
        os.kill(child, signal.SIGKILL)
    assert ended == (child, 0)
    assert svg(SALES.option).startswith("<svg")


@pytest.mark.parametrize("option", [{}, {"series": 3, "xAxis": {"data": []}}])
def test_what_is_no_chart_is_refused_and_the_next_picture_still_comes(option: dict[str, Any]) -> None:
    with pytest.raises(CannotDraw):
        svg(option)
    assert svg(SALES.option).startswith("<svg")


def test_many_threads_draw_the_same_picture() -> None:
    with ThreadPoolExecutor(4) as pool:
        drawn = {re.sub(r"zr\d+-\S+", "", one) for one in pool.map(lambda _: svg(SALES.option), range(8))}
    assert len(drawn) == 1


def test_a_context_that_has_drawn_enough_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    svg(SALES.option)
    before = drawing.DESK.canvas
    monkeypatch.setattr(drawing, "RENEWED_AFTER", 1)
    svg(SALES.option)
    assert drawing.DESK.canvas is not before
