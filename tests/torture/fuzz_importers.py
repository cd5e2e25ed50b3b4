"""Atheris at the importers: python -m tests.torture.fuzz_importers CORPUS CPU_SECONDS MEGABYTES [libFuzzer's options]

The first byte chooses the file's ending, the rest is the file. It ends by itself when this process has used so many
seconds of CPU, however busy the machine is, and prints one JSON object. A crash, one input that takes more than HANG_S
seconds of CPU, or more memory than allowed ends it with an error and leaves the input beside; libFuzzer's `-timeout`
ends what hangs without using CPU.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["opsloop.data.cleaning", "opsloop.base.people.sheets", "csv", "zipfile"]):
    from tests.torture import importers

logging.disable(logging.CRITICAL)
HANG_S = 20


@dataclass
class Run:
    """What has been done so far. cpu_s and most_mb are its limits."""

    cpu_s: float
    most_mb: int
    began: float = field(default_factory=time.monotonic)
    runs: int = 0
    slowest_s: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)

    def one(self, data: bytes) -> None:
        if time.process_time() >= self.cpu_s:
            self.end()
        if len(data) < 2:
            return
        before = spent()
        outcome, _people = importers.try_both(data[1:], importers.ENDINGS[data[0] % len(importers.ENDINGS)])
        took = spent() - before
        self.runs += 1
        self.outcomes[outcome] += 1
        self.slowest_s = max(self.slowest_s, took)
        if took > HANG_S:
            raise TimeoutError(f"{took:.0f} s of CPU for one file")
        if (peak := importers.peak_mb()) > self.most_mb:
            raise MemoryError(f"{peak} MB")

    def end(self) -> None:
        said = {
            "runs": self.runs, "cpu_s": round(time.process_time()), "wall_s": round(time.monotonic() - self.began),
            "peak_mb": importers.peak_mb(), "slowest_cpu_s": round(self.slowest_s, 2), "outcomes": self.outcomes,
        }  # fmt: skip
        print(json.dumps(said), flush=True)
        os._exit(0)  # libFuzzer takes every other exit of its target for a crash


def spent() -> float:
    """CPU of this process and of the children that it has waited for: Excel files are read in one."""
    said = os.times()
    return said.user + said.system + said.children_user + said.children_system


def main() -> None:
    corpus, run = Path(sys.argv[1]), Run(float(sys.argv[2]), int(sys.argv[3]))
    corpus.mkdir(parents=True, exist_ok=True)
    for name, data in importers.corpus().items():
        kind = importers.ENDINGS.index(importers.ending_of(name))
        (corpus / name).write_bytes(bytes([kind]) + data)
    # libFuzzer's own limit of memory begins with the peak of whoever started it, so it is told to leave that to `one`
    atheris.Setup([sys.argv[0], str(corpus), "-rss_limit_mb=0", *sys.argv[4:]], run.one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
