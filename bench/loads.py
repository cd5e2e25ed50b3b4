"""A CSV to a published version, against the leanest script for DuckDB and against pandas, in the same run.

Each is timed from its first reading of the file to its last written one, without the start of Python; best of three
rounds, pandas of one. CPU is always judged, wall time when others left the machine alone. BENCH_ROWS says how many rows
(10,000,000, about 1 GB); BENCH_SIZE=smoke takes 100,000: there the start of each step counts most.
The file is made once and kept, see made.cached.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.loading.made import cached
from bench.measure import SMOKE, Figure, Watch

ROWS = 100_000 if SMOKE else int(os.environ.get("BENCH_ROWS", "10000000"))
ROUNDS = 1 if SMOKE else 3
TO_LEAN, TO_PANDAS, MEMORY_GB, UPDATE = 1.35, 4.0, 3.0, 0.4
Did = list[dict[str, Any]]
"""What a script told of each of its works: see peers.told."""


@dataclass(frozen=True)
class Ran:
    """A process: what it told, and its peak of memory in GB."""

    did: Did
    peak: float


def ran(*argv: str) -> Ran:
    """Run a module of bench.loading. Its resources are its own."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen([sys.executable, "-m", f"bench.loading.{argv[0]}", *argv[1:]], stdout=out)
        _pid, status, used = os.wait4(process.pid, 0)
        out.seek(0)
        said = out.read()
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{argv[0]} failed")
    scale = 1 if sys.platform == "darwin" else 1024
    return Ran(json.loads(said.splitlines()[-1]), used.ru_maxrss * scale / 1e9)


def run() -> list[Figure]:
    file, changes = map(str, cached(ROWS))
    ours: list[Ran] = []
    lean: list[Ran] = []
    with tempfile.TemporaryDirectory(prefix="opsloop-bench-") as name, Watch() as watch:
        folder = Path(name)
        for _round in range(ROUNDS):
            lean.append(ran("lean", file, str(folder / "lean"), changes))
            shutil.rmtree(folder / "lean")
            ours.append(ran("ours", file, changes))
        (folder / "frames").mkdir()
        frames = ran("frames", file, str(folder / "frames"))
    _agree(ours[0].did, {"lean": lean[0].did, "pandas": frames.did})
    return [*_first(ours, lean, frames, watch, Path(file).stat().st_size / 1e6), *_update(ours, lean, watch)]


def _best(runs: Iterable[Ran], work: int, what: str) -> float:
    return min(float(one.did[work][what]) for one in runs)


def _first(ours: list[Ran], lean: list[Ran], frames: Ran, watch: Watch, size: float) -> list[Figure]:
    cpu, lean_cpu, other_cpu = (_best(one, 0, "cpu") for one in (ours, lean, [frames]))
    wall, lean_wall, other_wall = (_best(one, 0, "seconds") for one in (ours, lean, [frames]))
    told = f"{cpu:.1f} s against {lean_cpu:.1f}; {size:.0f} MB, {ROWS:,} rows"
    peaks = f"{max(one.peak for one in lean):.1f} and {frames.peak:.1f} the others"
    return [
        Figure("load, CPU: ours by the leanest script", cpu / lean_cpu, TO_LEAN, "×", told),
        watch.wall(
            "load, wall: ours by the leanest script", wall / lean_wall, TO_LEAN, "×",
            f"{wall:.1f} s against {lean_wall:.1f}",
        ),
        watch.wall(
            "load, wall: pandas by ours", other_wall / wall, TO_PANDAS, "×", f"{other_wall:.1f} s against {wall:.1f}",
            more=True,
        ),
        Figure("load, CPU: pandas by ours", other_cpu / cpu, None, "×", f"{other_cpu:.1f} s against {cpu:.1f}"),
        Figure("load, peak of memory", max(one.peak for one in ours), MEMORY_GB, "GB", peaks),
    ]  # fmt: skip


def _update(ours: list[Ran], lean: list[Ran], watch: Watch) -> list[Figure]:
    """Against the lean script's merge, which writes the whole table anew."""
    cpu, whole_cpu = _best(ours, 1, "cpu"), _best(lean, 1, "cpu")
    wall, whole_wall = _best(ours, 1, "seconds"), _best(lean, 1, "seconds")
    kept = ours[0].did[1]["kept"]
    return [
        Figure(
            "update of three months, CPU: ours by a full rewrite", cpu / whole_cpu, UPDATE, "×",
            f"{cpu:.2f} s against {whole_cpu:.2f}; {kept:,} rows kept",
        ),
        watch.wall(
            "update of three months, wall: ours by a full rewrite", wall / whole_wall, UPDATE, "×",
            f"{wall:.2f} s against {whole_wall:.2f}",
        ),
    ]  # fmt: skip


def _agree(ours: Did, others: dict[str, Did]) -> None:
    """All must have the same rows after each work, or the comparison means nothing."""
    for name, theirs in others.items():
        for mine, other in zip(ours, theirs, strict=False):
            if _counts(mine) != _counts(other):
                raise RuntimeError(f"{name} has {other}, we have {mine}")
    if not ours[1]["kept"]:
        raise RuntimeError("the update changed nothing")


def _counts(did: dict[str, Any]) -> tuple[int, float, int]:
    return int(did["rows"]), round(float(did["sum"]), 2), int(did["aside"])
