"""Measuring in interleaved blocks, in CPU time of the process, with the median block's ratio as the answer."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

SMOKE = os.environ.get("BENCH_SIZE") == "smoke"
"""Small sizes: it is shown that everything runs, and no ratio means anything."""
QUIET = 0.1
"""Others may take this share of the machine; above it wall times are shown and not judged."""


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


class Watch:
    """How much of the machine other processes took in a `with` block: their CPU seconds by those there were.

    Children count as others until they are waited for. Without /proc/stat nothing is known, and the machine is
    taken to be quiet.
    """

    others = 0.0

    def __enter__(self) -> Self:
        self._busy, self._own, self._began = _busy_s(), _own_s(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        there = (time.perf_counter() - self._began) * (os.cpu_count() or 1)
        self.others = max(0.0, _busy_s() - self._busy - (_own_s() - self._own)) / there

    @property
    def quiet(self) -> bool:
        return self.others <= QUIET

    @property
    def said(self) -> str:
        return f"others took {self.others:.0%} of the machine" + ("" if self.quiet else ": not judged")

    def wall(self, name: str, value: float, limit: float, unit: str, detail: str = "", *, more: bool = False) -> Figure:
        """A figure of wall time, judged when the machine was quiet."""
        told = f"{detail}; {self.said}" if detail else self.said
        return Figure(name, value, limit if self.quiet else None, unit, told, more)


def _busy_s() -> float:
    """CPU seconds that everything on the machine took."""
    try:
        said = Path("/proc/stat").read_text().partition("\n")[0].split()[1:]
    except FileNotFoundError:
        return 0.0
    user, nice, system, _idle, _waiting, irq, softirq, stolen = (int(one) for one in said[:8])
    return (user + nice + system + irq + softirq + stolen) / os.sysconf("SC_CLK_TCK")


def _own_s() -> float:
    """CPU seconds of this process and of the children that it waited for."""
    return sum(os.times()[:4])


def ratio(
    ours: Callable[[int], None], bare: Callable[[int], None], *, blocks: int = 20, size: int = 25
) -> tuple[float, str]:
    """Median over blocks of CPU(ours)/CPU(bare); the functions take the running number. First blocks warm up."""
    blocks, size = (1, 2) if SMOKE else (blocks, size)
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
