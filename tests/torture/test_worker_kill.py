"""A worker killed with SIGKILL at random moments loses no job and does none twice, on both databases.

The short form kills six times; `make torture` (OPSLOOP_TORTURE=1) 1,000 times.
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
KILLS = rounds(short=6, long=1000)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return ""
    return workspace.postgresql("worker_kill")


def test_no_job_is_lost_or_doubled_and_the_chain_is_whole(url: str, tmp_path: Path) -> None:
    env = workspace.make(tmp_path / "w", url)
    command = [sys.executable, "-m", "tests.torture.kill_worker", str(KILLS), str(tmp_path / "letters")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60 + KILLS * 3, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    print(json.dumps({"database": url.partition(":")[0] or "sqlite", **said}))
    wrong = {"unfinished": 0, "lost": 0, "doubled": 0, "strange": 0, "letters_lost": 0, "twice_unmarked": 0}
    assert {name: said[name] for name in wrong} == wrong
    assert said["faults"] == []
    assert said["kills"] == KILLS and said["effects"] > KILLS
    assert said["claimed_again"] >= KILLS / 8  # the kills did hit running jobs
