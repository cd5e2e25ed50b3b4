"""Cases driven by three processes at once, one after the other killed: each step exactly once, on both databases.

The short form drives a few cases; `make torture` (OPSLOOP_TORTURE=1) 1,000.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import workspace
from tests.torture.size import rounds

pytestmark = pytest.mark.torture
CASES, KILLS = rounds(short=8, long=1000), rounds(short=2, long=60)
STEPS = 8


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else workspace.postgresql("drive_cases")


def test_every_step_is_done_once_however_many_press_and_send_twice(url: str, tmp_path: Path) -> None:
    env = workspace.make(tmp_path / "w", url)
    command = [sys.executable, "-m", "tests.torture.drive_cases", str(CASES), str(KILLS)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=90 + CASES * 2, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    print(json.dumps({"database": url.partition(":")[0] or "sqlite", **said}))
    wrong = {"failed": 0, "lost": 0, "doubled": 0, "joins_wrong": 0, "open": 0, "faults": []}
    wrong |= {"entries_without_step": 0, "steps_without_entry": 0}
    assert {name: said[name] for name in wrong} == wrong
    assert (said["cases"], said["steps"]) == (CASES, CASES * STEPS)
    assert CASES < 100 or said["by_each"] == 2, "the phone and the colleague both got work"
    assert said["kills"] == KILLS
