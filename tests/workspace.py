"""A workspace of its own with real processes on it, for tests that start, kill and restart them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

START = "import django; django.setup(); "


def make(root: Path, url: str = "") -> dict[str, str]:
    """A workspace in `root` with a migrated database, SQLite or the one of `url`; answers the environment for it."""
    from opsloop.config import workspace

    workspace.make(root, name="Test")
    env = environment(root, url)
    python(env, "from django.core.management import call_command; call_command('migrate', verbosity=0)")
    return env


def environment(root: Path, url: str = "") -> dict[str, str]:
    """What a process on this workspace needs in its environment."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("OPSLOOP_", "DJANGO_"))}
    env |= {"OPSLOOP_WORKSPACE": str(root), "DJANGO_SETTINGS_MODULE": "opsloop.config.settings"}
    env |= {"PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONWARNINGS": "ignore"}
    if url:
        env["OPSLOOP_DATABASE_URL"] = url
    return env


def python(env: Mapping[str, str], code: str, *, check: bool = True) -> str:
    """Run code in a process of its own with Django on the workspace; answers what it printed, stripped."""
    done = subprocess.run([sys.executable, "-c", START + code], env=env, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    return done.stdout.strip()


def tree(pid: int) -> list[int]:
    """A process and all below it, as far as they live."""
    file = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        children = [int(child) for child in file.read_text().split()]
    except FileNotFoundError:
        return []
    return [pid, *(one for child in children for one in tree(child))]


def pss_mb(pid: int) -> float:
    """Proportional memory of one process: what it shares with others is counted in parts."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def cpu_s(pid: int) -> float:
    """CPU seconds that a process and its ended children took."""
    columns = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(columns[n]) for n in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")
