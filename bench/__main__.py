"""make bench: every figure with its limit; exit code 1 when one is missed. A name as argument runs that part only."""

from __future__ import annotations

import json
import platform
import sys
from importlib import import_module
from pathlib import Path

PARTS = ("acts", "lists", "serving")


def main(names: list[str]) -> int:
    figures = []
    for part in names or PARTS:
        figures += import_module(f"bench.{part}").run()
    print(f"{platform.machine()}, Python {platform.python_version()}")
    for f in figures:
        limit = "" if f.limit is None else f"  (at most {f.limit:g} {f.unit})"
        print(f"{'kept  ' if f.kept else 'MISSED'} {f.name}: {f.value:.2f} {f.unit}{limit}  {f.detail}")
    Path("bench/last.json").write_text(json.dumps([f.__dict__ for f in figures], indent=1), encoding="utf-8")
    return 0 if all(f.kept for f in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
