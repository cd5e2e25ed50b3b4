"""A throw-away MariaDB (or MySQL) for tests: own folder, own free port, loopback only, gone afterwards.

`url = start()` and `stop()`, which also ends it under a query.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

OWNER = "mysql"
"""The server refuses to run as root; Debian's package makes this account."""
PLACES = ("/usr/sbin", "/usr/bin", "/usr/local/bin")
USER, PASSWORD = "reader", "s3cr3t-word"  # of a server that lives for seconds on loopback


class NoMariaDB(RuntimeError):
    """MariaDB's programs are not on this machine."""


@dataclass(slots=True)
class Server:
    """A running server, its folder, and the address of an account that may do everything in it."""

    process: subprocess.Popen[bytes]
    home: Path
    url: str


_running: Server | None = None


def program(*names: str) -> str:
    """The path of the first of these programs that is there. Raises NoMariaDB with the remedy."""
    for name in names:
        for found in (shutil.which(name), *(f"{place}/{name}" for place in PLACES)):
            if found and Path(found).exists():
                return found
    raise NoMariaDB("MariaDB is not installed; on Debian: apt-get install mariadb-server")


def start() -> str:
    """Start the server if none runs in this process; answers mysql://USER:PASSWORD@127.0.0.1:PORT/shop."""
    global _running
    if _running is None:
        _running = _start()
        atexit.register(stop)
    return _running.url


def stop() -> None:
    """End the server and delete its folder. Harmless when none runs."""
    global _running
    if _running is None:
        return
    server, _running = _running, None
    server.process.terminate()
    try:
        server.process.wait(30)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait(30)
    shutil.rmtree(server.home, ignore_errors=True)


def _start() -> Server:
    daemon, setup = program("mariadbd", "mysqld"), program("mariadb-install-db", "mysql_install_db")
    home = Path(tempfile.mkdtemp(prefix="opsloop-maria-"))
    account = pwd.getpwnam(OWNER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
    os.chown(home, account.pw_uid, account.pw_gid)
    data, port = home / "data", _free_port()
    common = ["--no-defaults", f"--user={account.pw_name}", f"--datadir={data}"]
    quiet = ["--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run([setup, *common, *quiet], check=True, capture_output=True, timeout=120)
    first = home / "first.sql"
    first.write_text(  # the server reads one statement a line
        f"create database shop character set utf8mb4;\ncreate user '{USER}'@'127.0.0.1' identified by '{PASSWORD}';\n"
        f"grant all on *.* to '{USER}'@'127.0.0.1';\n"
    )
    first.chmod(0o644)
    words = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={home}/s", f"--pid-file={home}/pid"]
    words += [f"--init-file={first}", "--innodb-buffer-pool-size=24M", "--skip-name-resolve", f"--log-error={home}/log"]
    process = subprocess.Popen([daemon, *common, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"mysql://{USER}:{PASSWORD}@127.0.0.1:{port}/shop"
    server = Server(process, home, url)
    try:
        _wait(server, port)
    except RuntimeError:
        process.kill()
        shutil.rmtree(home, ignore_errors=True)
        raise
    return server


def _wait(server: Server, port: int) -> None:
    import pymysql

    ends = time.monotonic() + 60
    while True:
        try:
            pymysql.connect(host="127.0.0.1", port=port, user=USER, password=PASSWORD, database="shop").close()
            return
        except pymysql.Error:
            if time.monotonic() > ends or server.process.poll() is not None:
                log = server.home / "log"
                raise RuntimeError(log.read_text() if log.exists() else "MariaDB did not start") from None
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
