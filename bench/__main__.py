"""make bench: every figure with its limit; exit code 1 when one is missed. Names as arguments run these parts only.

Each part has a process and a workspace of its own. BENCH_SIZE=smoke makes them small and judges nothing:
it shows that they run.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from bench.measure import SMOKE, Figure

PARTS = ("acts", "cases", "lists", "serving", "search", "loads", "metrics", "monitors", "reports")
LAST = Path("bench/last.json")


def main(names: list[str]) -> int:
    if len(names) == 1:
        return report(import_module(f"bench.{names[0]}").run())
    figures: list[Figure] = []
    for part in names or PARTS:
        done = subprocess.run([sys.executable, "-m", "bench", part], capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1) or not done.stdout:
            sys.exit(f"{part} broke off:\n{done.stdout}{done.stderr}")
        figures += [Figure(**one) for one in json.loads(LAST.read_text(encoding="utf-8"))]
    return report(figures)


def report(figures: list[Figure]) -> int:
    if SMOKE:
        figures = [replace(one, limit=None) for one in figures]
    print(f"{platform.machine()}, Python {platform.python_version()}")
    for f in figures:
        limit = "" if f.limit is None else f"  (at {'least' if f.more else 'most'} {f.limit:g} {f.unit})"
        print(f"{_verdict(f)} {f.name}: {f.value:.2f} {f.unit}{limit}  {f.detail}")
    LAST.write_text(json.dumps([f.__dict__ for f in figures], indent=1), encoding="utf-8")
    return 0 if all(f.kept for f in figures) else 1


def _verdict(figure: Figure) -> str:
    if figure.limit is None:
        return "shown "
    return "kept  " if figure.kept else "MISSED"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
