"""A throw-away PostgreSQL for tests: own folder, own free port, loopback only, gone afterwards.

In code: `url = start()` and `stop()`. On the command line, with OPSLOOP_DATABASE_URL set for the command:

    python tests/postgres.py -- .venv/bin/pytest -m both
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

OWNER = "postgres"
"""PostgreSQL refuses to run as root; root hands the cluster to this account, which Debian's package makes."""
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""The cluster never outlives its tests, so it need not survive a power cut."""


class NoPostgres(RuntimeError):
    """PostgreSQL's programs are not on this machine."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster: its programs, its folder, and a URL without a password."""

    programs: Path
    home: Path
    url: str


_running: Cluster | None = None


def programs() -> Path:
    """The folder of initdb and pg_ctl, the newest one found. Raises NoPostgres with the remedy."""
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda file: int(file.parts[-3]))
    if not installed:
        raise NoPostgres("PostgreSQL is not installed; on Debian: apt-get install postgresql")
    return installed[-1].parent


def start(*, durable: bool = False) -> str:
    """Start the cluster if none runs in this process; answers postgresql://postgres@127.0.0.1:PORT/postgres.

    durable: keep fsync on, for tests that kill the database itself.
    """
    global _running
    if _running is None:
        _running = _start(programs(), durable)
        atexit.register(stop)
    return _running.url


def database(name: str) -> str:
    """Make an empty database of this name; answers its URL.

    In the cluster that OPSLOOP_DATABASE_URL names, else in this process's own, which is started if need be and
    stopped when the process ends.
    """
    import psycopg

    url = os.environ.get("OPSLOOP_DATABASE_URL") or start()
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(f'drop database if exists "{name}" with (force)')
        link.execute(f'create database "{name}" template template0 encoding UTF8')
    return f"{url.rpartition('/')[0]}/{name}"


def stop() -> None:
    """Stop the cluster and delete its folder. Harmless when none runs."""
    global _running
    if _running is None:
        return
    cluster, _running = _running, None
    _run(cluster.programs / "pg_ctl", "-D", cluster.home / "data", "-m", "immediate", "-w", "stop", check=False)
    shutil.rmtree(cluster.home, ignore_errors=True)


def _start(folder: Path, durable: bool) -> Cluster:
    home = Path(tempfile.mkdtemp(prefix="opsloop-pg-"))
    if os.geteuid() == 0:
        account = pwd.getpwnam(OWNER)
        os.chown(home, account.pw_uid, account.pw_gid)
    data, port = home / "data", _free_port()
    auth = ("-A", "trust", "-U", OWNER, "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync")
    _run(folder / "initdb", "-D", data, *auth)
    settings = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={home}", "max_connections=60"]
    settings += ["shared_buffers=32MB", *(() if durable else QUICK)]
    options = " ".join(f"-c {setting}" for setting in settings)
    try:
        _run(folder / "pg_ctl", "-D", data, "-l", home / "log", "-o", options, "-w", "-t", "60", "start")
    except subprocess.CalledProcessError:
        log = home / "log"
        sys.stderr.write(log.read_text() if log.exists() else "")
        shutil.rmtree(home, ignore_errors=True)
        raise
    return Cluster(folder, home, f"postgresql://{OWNER}@127.0.0.1:{port}/postgres")


def _run(*command: object, check: bool = True) -> None:
    """Run one of PostgreSQL's programs quietly, as its owner when we are root."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", OWNER, "--", *words]
    # output to a file: the server inherits the handles, and a pipe would never end
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", check=False)
        if check and done.returncode:
            said.seek(0)
            sys.stderr.write(said.read().decode(errors="replace"))
            raise subprocess.CalledProcessError(done.returncode, words)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _interrupted(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def main(words: list[str]) -> int:
    """Run a command against a fresh cluster; answers the command's exit status."""
    command = words[1:] if words[:1] == ["--"] else words
    if not command:
        sys.stderr.write("usage: python tests/postgres.py -- COMMAND\n")
        return 2
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        url = start()
        return subprocess.run(command, env={**os.environ, "OPSLOOP_DATABASE_URL": url}, check=False).returncode
    except NoPostgres as missing:
        sys.stderr.write(f"{missing}\n")
        return 3
    except KeyboardInterrupt:
        return 130
    finally:
        stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
