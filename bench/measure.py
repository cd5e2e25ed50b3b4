"""Measuring in interleaved blocks, in CPU time of the process, with the median block's ratio as the answer."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the report. `value` and `limit` share `unit`; limit None: shown, not judged. more: the limit is the
    least that is asked for."""

    name: str
    value: float
    limit: float | None
    unit: str
    detail: str = ""
    more: bool = False

    @property
    def kept(self) -> bool:
        return self.limit is None or (self.value >= self.limit if self.more else self.value <= self.limit)


def ratio(
    ours: Callable[[int], None], bare: Callable[[int], None], *, blocks: int = 20, size: int = 25
) -> tuple[float, str]:
    """Median over blocks of CPU(ours)/CPU(bare); the functions take the running number. First blocks warm up."""
    for i in range(size):
        ours(i)
        bare(i)
    pairs = []
    for block in range(blocks):
        first = size * (block + 1)
        pairs.append((_block(ours, first, size), _block(bare, first, size)))
    ms = [statistics.median(p[k] for p in pairs) / size * 1000 for k in (0, 1)]
    spread = sorted(a / b for a, b in pairs)
    return statistics.median(
        spread
    ), f"{ms[0]:.2f} ms against {ms[1]:.2f} ms CPU; blocks {spread[0]:.2f}–{spread[-1]:.2f}"


def _block(fn: Callable[[int], None], first: int, size: int) -> float:
    began = time.process_time()
    for i in range(first, first + size):
        fn(i)
    return time.process_time() - began
