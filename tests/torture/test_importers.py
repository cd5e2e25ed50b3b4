"""Anything at all given to the importers: rows or a refusal in words; no crash, no hang, little memory.

The short form spoils sound files in 60 ways; `make torture` lets atheris look for 30 CPU-minutes.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import workspace
from tests.torture.size import LONG, rounds

pytestmark = pytest.mark.torture
MEMORY_MB, HANG_S, LOOK_CPU_S = 512, 20, 1800
STUCK_S = 200
"""By the clock: a busy machine makes one input slow, only a hang makes it that slow."""


def test_spoiled_files_are_read_or_refused(tmp_path: Path) -> None:
    env = workspace.make(tmp_path / "w")
    command = [sys.executable, "-m", "tests.torture.spoil_importers", str(rounds(short=60, long=5000))]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=3600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    print(json.dumps(said))
    assert said["crashes"] == [] and said["sound"] == said["files"]
    assert said["rows"] > 10 and said["refused"] > 20
    assert said["mb"] <= MEMORY_MB and said["slowest_s"] < HANG_S


@pytest.mark.skipif(not LONG, reason="30 CPU-minutes: make torture")
def test_nothing_crashes_or_hangs_the_importers(tmp_path: Path) -> None:
    env = workspace.make(tmp_path / "w")
    options = [f"-timeout={STUCK_S}", "-max_len=65536", f"-artifact_prefix={tmp_path}/found-"]
    limits = [str(tmp_path / "corpus"), str(LOOK_CPU_S), str(MEMORY_MB)]
    command = [sys.executable, "-m", "tests.torture.fuzz_importers", *limits, *options]
    done = subprocess.run(
        command, env=env, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=LOOK_CPU_S * 6,
        check=False,
    )  # fmt: skip
    if done.returncode:  # the input first: it stays when the folder is gone
        found = [base64.b64encode(one.read_bytes()).decode() for one in tmp_path.glob("found-*")]
        pytest.fail("\n".join([*found, *(line for line in done.stderr.splitlines() if line[:1] != "#")][-80:]))
    said = json.loads(done.stdout.splitlines()[-1])
    print(json.dumps(said))
    assert said["cpu_s"] >= LOOK_CPU_S and said["runs"] > 1000
    assert said["peak_mb"] <= MEMORY_MB and said["slowest_cpu_s"] < HANG_S
