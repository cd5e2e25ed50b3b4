"""The second engine's servers for tests: Sail and Spark itself, two workers each, on loopback, gone afterwards.

Nothing here waits without end: a server that is not ready in time fails the test with the last lines of its log.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[4]
READY_S, GONE_S = 180, 20
WORKERS = 2
SAIL = {"WORKER_INITIAL_COUNT": "2", "WORKER_MAX_COUNT": "2", "WORKER_TASK_SLOTS": "64"}
"""A statement of many parts needs all its tasks placed at once."""
SAIL |= {"WORKER_MAX_IDLE_TIME_SECS": "3600"}
"""Idle workers are let go after a minute, and on a busy machine a question may come just then."""

LOG4J = """rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Missing(RuntimeError):
    """What this server needs is not installed; the text says how to get it."""


@contextmanager
def process(name: str, command: list[str], environment: Mapping[str, str], folder: Path) -> Iterator[Path]:
    """A program in a process group of its own that ends with all its children. Answers its log."""
    path = folder / f"{name}.log"
    with path.open("wb") as log:
        running = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            start_new_session=True, cwd=folder,
        )  # fmt: skip
        try:
            yield path
        finally:
            for number in (signal.SIGTERM, signal.SIGKILL):  # the second for children that outlive their parent
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(running.pid, number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    running.wait(GONE_S)


def wait_for(what: str, ready: Callable[[], bool], log: Path) -> None:
    until = time.monotonic() + READY_S
    while not ready():
        if time.monotonic() > until:
            raise AssertionError(f"{what}: not ready within {READY_S} s; its log ends:\n{told(log)[-3000:]}")
        time.sleep(0.2)


def told(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.5).close()
    except OSError:
        return False
    return True


@contextmanager
def sail(folder: Path) -> Iterator[str]:
    """Sail in local-cluster mode. Its workers start with the first question."""
    program = Path(sys.executable).with_name("sail")
    if not program.exists():
        raise Missing("the extra spark is not installed: uv sync --extra spark")
    port = free_port()
    environment = {"SAIL_MODE": "local-cluster", "TZ": "UTC", "RUST_LOG": "info"}
    environment |= {f"SAIL_CLUSTER__{name}": value for name, value in SAIL.items()}
    command = [str(program), "spark", "server", "--ip", "127.0.0.1", "--port", str(port)]
    with process("sail", command, environment, folder) as log:
        wait_for("Sail", lambda: answers(port), log)
        yield f"sc://127.0.0.1:{port}"
        started = set(re.findall(r"worker (\d+) is available", told(log)))
        assert len(started) == WORKERS, f"{len(started)} workers of Sail took part; its log ends:\n{told(log)[-3000:]}"


def spark_home() -> Path:
    """Where tools/spark.sh put Spark. Raises Missing."""
    found = sorted((ROOT / ".venv-spark").glob("lib/python*/site-packages/pyspark/bin/spark-class"))
    if not found:
        raise Missing("Spark is not installed: tools/spark.sh")
    if shutil.which("java") is None:
        raise Missing("Java is missing: tools/system.sh java (Debian: apt-get install default-jre-headless)")
    return found[0].parents[1]


@contextmanager
def spark(folder: Path) -> Iterator[str]:
    """Spark standalone: a master, two workers with an executor each, and a Connect server as their application."""
    home, port, board, master = spark_home(), free_port(), free_port(), free_port()
    settings = folder / "conf"
    settings.mkdir()
    (settings / "log4j2.properties").write_text("rootLogger.level = warn\n" + LOG4J, encoding="utf-8")
    environment = {
        "SPARK_HOME": str(home), "SPARK_CONF_DIR": str(settings), "SPARK_LOCAL_IP": "127.0.0.1", "TZ": "UTC",
        "SPARK_LOCAL_DIRS": str(folder / "spill"), "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_DAEMON_MEMORY": "512m",
    }  # fmt: skip
    url, one = f"spark://127.0.0.1:{master}", str(home / "bin/spark-class")
    daemon = "org.apache.spark.deploy"
    with ExitStack() as all_of_them:

        def start(name: str, *words: str) -> Path:
            return all_of_them.enter_context(process(name, list(words), environment, folder))

        where = ["--host", "127.0.0.1", "--port", str(master), "--webui-port", str(board)]
        log = start("master", one, f"{daemon}.master.Master", *where)
        wait_for("Spark's master", lambda: answers(board), log)
        for n in range(WORKERS):
            where = ["--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "1g"]
            log = start(f"worker{n}", one, f"{daemon}.worker.Worker", *where, url)
        wait_for("Spark's workers", lambda: len(busy(board)) == WORKERS, log)
        log = start("connect", str(home / "bin/spark-submit"), *connect_server(url, port))
        wait_for("Spark's Connect server", lambda: answers(port) and busy(board) == [1] * WORKERS, log)
        yield f"sc://127.0.0.1:{port}"
        assert busy(board) == [1] * WORKERS, f"a worker was lost; the log ends:\n{told(log)[-3000:]}"


def connect_server(master: str, port: int) -> list[str]:
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1", "spark.connect.grpc.binding.port": str(port),
        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.memory": "1g",
        "spark.executor.memory": "512m", "spark.executor.cores": "1", "spark.cores.max": str(WORKERS),
        "spark.scheduler.minRegisteredResourcesRatio": "1.0", "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
    }  # fmt: skip
    said = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    return ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--master", master, *said]


def busy(board: int) -> list[int]:
    """Cores in use on each living worker, as the master's page says."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{board}/json/", timeout=5) as page:
            said = json.load(page)
    except (OSError, ValueError):
        return []
    return [one["coresused"] for one in said["workers"] if one["state"] == "ALIVE"]


SERVERS = {"sail": sail, "spark": spark}
