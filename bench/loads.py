"""A CSV to a published version, against the leanest script for DuckDB and against pandas, in the same run.

BENCH_ROWS says how many rows (10,000,000, about 1 GB); BENCH_SIZE=smoke takes 100,000.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Figure

SMOKE = os.environ.get("BENCH_SIZE") == "smoke"
ROWS = 100_000 if SMOKE else int(os.environ.get("BENCH_ROWS", "10000000"))
TO_LEAN, TO_PANDAS, MEMORY_GB, UPDATE = 1.35, 4.0, 3.0, 0.4


@dataclass(frozen=True)
class Ran:
    """A process: what it printed, how long it took, its CPU seconds and its peak of memory in GB."""

    out: str
    seconds: float
    cpu: float
    peak: float


def ran(*argv: str) -> Ran:
    """Run a module of bench.loading. Its resources are its own."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen([sys.executable, "-m", f"bench.loading.{argv[0]}", *argv[1:]], stdout=out)
        _pid, status, used = os.wait4(process.pid, 0)
        out.seek(0)
        said = out.read()
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{argv[0]} failed")
    scale = 1 if sys.platform == "darwin" else 1024
    return Ran(said, time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss * scale / 1e9)


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="opsloop-bench-") as name:
        folder = Path(name)
        file, changes = folder / "sales.csv", folder / "changes.csv"
        ran("made", str(ROWS), str(file), str(changes))
        for one in ("lean", "frames"):
            (folder / one).mkdir()
        ours = ran("ours", str(file), str(changes))
        lean = ran("lean", str(file), str(folder / "lean"))
        frames = ran("frames", str(file), str(folder / "frames"))
        first, second = json.loads(ours.out.splitlines()[-1])
        told = f"{first['cpu']:.1f} s CPU against {lean.cpu:.1f}; {file.stat().st_size / 1e6:.0f} MB, {ROWS:,} rows"
        _agree(first, lean.out, frames.out)
        return [
            Figure("loads: CPU of a load to the leanest script", first["cpu"] / lean.cpu, TO_LEAN, "x", told),
            Figure("loads: its wall time to the leanest script", first["seconds"] / lean.seconds, None, "x"),
            Figure("loads: pandas to us, wall", frames.seconds / first["seconds"], TO_PANDAS, "x", more=True),
            Figure("loads: peak of memory", ours.peak, MEMORY_GB, "GB", f"{lean.peak:.1f} and {frames.peak:.1f}"),
            Figure(
                "loads: 100,000 changed rows of three months to a full load", second["cpu"] / first["cpu"], UPDATE, "x",
                f"{second['cpu']:.2f} s CPU; {second['kept']:,} kept",
            ),
        ]  # fmt: skip


def _agree(ours: dict[str, object], lean: str, frames: str) -> None:
    """All three must have kept the same rows, or the comparison means nothing."""
    for name, said in (("lean", lean), ("pandas", frames)):
        rows, total, aside = said.split()
        same = (int(rows), round(float(total), 2), int(aside)) == (
            ours["rows"], round(float(str(ours["sum"])), 2), ours["set_aside"],
        )  # fmt: skip
        if not same:
            raise RuntimeError(f"{name} has {said.strip()}, we have {ours}")
