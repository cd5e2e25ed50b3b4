"""Loads killed with SIGKILL at random moments: each row exactly once in the lake or aside, old versions readable.

The short form kills twenty times; `make torture` 1,000 times, on each database.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import workspace
from tests.torture.size import LONG, rounds

pytestmark = pytest.mark.torture
KILLS = rounds(short=20, long=1000)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"] if LONG else ["sqlite"])
def test_each_row_is_exactly_once_in_the_lake_or_aside(database: str, tmp_path: Path) -> None:
    url = "" if database == "sqlite" else workspace.postgresql("load_kill")
    env = workspace.make(tmp_path / "w", url)
    command = [sys.executable, "-m", "tests.torture.kill_load", str(KILLS)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=180 + KILLS * 6, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    print(json.dumps({"database": database, **said}))
    nothing = {"lost": 0, "doubled": 0, "strange": 0, "wrong_winner": 0, "unbalanced": 0, "reader": ""}
    assert {name: said[name] for name in nothing} == nothing
    assert said["faults"] == [] and said["failed"] == []
    assert (said["loads"], said["rows_in"]) == (said["files"], said["rows"])
    assert said["hits"] >= KILLS / 3  # the kills did hit loads at work
