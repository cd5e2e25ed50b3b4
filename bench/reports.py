"""Pictures of charts and a weekly report with eight of them, CPU of this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

from bench.measure import Figure
from opsloop.modules.reports.rendering import render
from opsloop.modules.reports.rendering.tests.sample import chart, report
from opsloop.ui.pictures import png

PICTURES, FIRST_S, NEXT_S, PDF_S, RUNS = 8, 1.0, 0.1, 6.0, 5


def run() -> list[Figure]:
    option = chart().option
    first = _cpu(lambda: png(option))
    later = median(_cpu(lambda: png(option)) for _run in range(RUNS))
    document = report(PICTURES)
    _cpu(lambda: render(document, "pdf"))
    pdf = median(_cpu(lambda: render(document, "pdf")) for _run in range(3))
    others = [f"{shape} {_cpu(partial(render, document, shape)):.2f} s" for shape in ("docx", "xlsx", "pptx")]
    return [
        Figure("the first picture of a chart, with the start of V8, CPU", first, FIRST_S, "s"),
        Figure("each further picture as PNG, CPU", later, NEXT_S, "s"),
        Figure(f"a weekly report with {PICTURES} charts as PDF, CPU", pdf, PDF_S, "s", ", ".join(others)),
    ]


def _cpu(work: Callable[..., Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
