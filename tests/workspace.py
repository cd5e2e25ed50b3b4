"""A workspace of its own with real processes on it, for tests that start, kill and restart them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from opsloop.config import workspace
from tests.console import Console
from tests.once import once

MIGRATE = "from django.core.management import call_command as c; c('migrate', verbosity=0); "
CLOSE = "from django.db import connection; connection.close()"
TEMPLATE = "opsloop_migrated"
START = "import django; django.setup(); "


def make(root: Path, url: str = "") -> dict[str, str]:
    """A workspace in `root` with a migrated database, SQLite or the one of `url`; answers the environment for it."""
    workspace.make(root, name="Test")
    env = environment(root, url)
    if url:
        _fill(url, env)
    else:
        put_database(root / "var/opsloop.sqlite3")
    return env


def _fill(url: str, env: Mapping[str, str]) -> None:
    """Tables for an empty database on PostgreSQL: those of the one that was migrated first in a test run."""
    from tests import postgres

    with once("migrated.pgdump") as migrated:
        if not migrated.exists():
            python(env, MIGRATE)
            part = migrated.with_suffix(".part")
            subprocess.run([postgres.programs() / "pg_dump", "-Fc", "-f", part, url], check=True)
            part.rename(migrated)
            return
    subprocess.run([postgres.programs() / "pg_restore", "--exit-on-error", "-d", url, migrated], check=True)


def put_database(file: Path) -> None:
    """An empty SQLite database, migrated: a copy of the one that is migrated once in a test run."""
    made = _migrated()
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(made, file)


def _migrated() -> Path:
    with once("migrated.sqlite3") as migrated:
        if not migrated.exists():
            with tempfile.TemporaryDirectory(prefix="opsloop-migrated-") as folder:
                made = workspace.make(Path(folder))
                python(environment(made.root), MIGRATE + CLOSE)  # closed, nothing of it is left in the log beside
                shutil.move(made.database, migrated)
    return migrated


def template() -> str:
    """The name of an empty database, migrated once in a test run, in the cluster that OPSLOOP_DATABASE_URL names."""
    from tests import postgres

    with once(f"template-{urlsplit(os.environ['OPSLOOP_DATABASE_URL']).port}") as done:
        if not done.exists():
            url = postgres.database(TEMPLATE)
            with tempfile.TemporaryDirectory(prefix="opsloop-migrated-") as folder:
                python(environment(workspace.make(Path(folder)).root, url), MIGRATE)
            done.touch()
    return TEMPLATE


def migrate_meanwhile() -> None:
    """Begin with what all processes of a test run will ask for, while they still look for their tests."""
    work = template if os.environ.get("OPSLOOP_DATABASE_URL") else _migrated
    threading.Thread(target=work).start()


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


def postgresql(name: str) -> str:
    """The URL of an empty PostgreSQL database; the test is skipped where there is none, but not with CI=true."""
    import pytest

    from tests import postgres

    try:
        postgres.programs()
    except postgres.NoPostgres as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))
    return postgres.database(name)


def opsloop(env: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """One command of the product to its end."""
    command = [sys.executable, "-m", "opsloop", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=600)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    """`opsloop serve` on a workspace: started, stopped, killed and started again on the same port."""

    root: Path
    more: dict[str, str] = field(default_factory=dict)
    """Further words of the environment."""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @cached_property
    def console(self) -> Console:
        """Code and commands on this workspace, whether it is served or not."""
        return Console(self.env)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        return {**environment(self.root), "PYTHONUNBUFFERED": "1", **self.more}

    def printed(self) -> str:
        """What the processes have printed since the first start."""
        return (self.root / "var/serve.txt").read_text(encoding="utf-8")

    def python(self, code: str) -> str:
        return self.console(code)

    def start(self, seconds: float = 120) -> Served:
        """Serve and wait until the sign-in page answers. Raises RuntimeError with the console."""
        with (self.root / "var/serve.txt").open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "opsloop", "-C", str(self.root), "serve", "--port", str(self.port)],
                env=self.env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + seconds
        while not self._answers():
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError(self.printed()[-3000:])
            time.sleep(0.02)
        return self

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.url + "/sign-in/", timeout=10).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """SIGKILL to the whole family, as a power cut does to processes."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        (self.root / "var/run/serve.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """As Ctrl-C does; harmless when it does not run."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def close(self) -> None:
        """Stop, and end the console too."""
        self.stop()
        self.console.close()


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
