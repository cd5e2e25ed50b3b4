"""`opsloop serve`: web processes and one worker under one supervisor. One Ctrl-C ends all; a dead one is restarted.

The supervisor loads the application once, opens no database, and forks: the pages' code is in memory once.

    supervisor ─┬─ gunicorn ─┬─ web process (4 threads)
                │            └─ web process (4 threads)
                └─ worker
"""

from __future__ import annotations

import argparse
import fcntl
import gc
import os
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from opsloop.config.starting import set_up, uncollected
from opsloop.config.supervising import Child, Supervisor

HEAVY = ("duckdb", "numpy", "pandas", "pyarrow", "scipy", "weasyprint")
"""Never in a web process at its start."""


class CannotServe(ValueError):
    """Why not, and what to do about it: one line for the console."""


def serve(host: str = "127.0.0.1", port: int = 8000, *, web: int = 2, threads: int = 4) -> int:
    """Serve settings.WORKSPACE until Ctrl-C or SIGTERM; answers the exit status.

    Call it with Django set up and from the main thread. Raises CannotServe when the port or the workspace is taken.
    """
    from django.conf import settings

    from opsloop.base.jobs.worker import AFRESH

    root: Path = settings.WORKSPACE.root
    if any(name in sys.modules for name in HEAVY) or threading.active_count() > 1:
        _begin_anew(root, host, port, web, threads)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    pid_file = PidFile(settings.WORKSPACE.run / "serve.pid")
    pid_file.take(address)
    try:
        listener = listen(host, port)
        _load()
        children = [
            Child("web", lambda: _web(listener, address, web, threads, pid_file)),
            Child("worker", lambda: _worker(listener, pid_file), AFRESH),
        ]
        return Supervisor(children).run()
    finally:
        pid_file.leave()


def _begin_anew(root: Path, host: str, port: int, web: int, threads: int) -> None:
    """This process has done other work (the demo's data): a fresh one in its place keeps the web processes small."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.environ["OPSLOOP_WORKSPACE"] = str(root)
    options = ["--host", host, "--port", str(port), "--web", str(web), "--threads", str(threads)]
    os.execv(sys.executable, [sys.executable, "-m", "opsloop.config.serve", *options])  # noqa: S606  # our own program


def listen(host: str, port: int) -> socket.socket:
    """The listening socket; it stays open while a web process is restarted. Raises CannotServe with the remedy."""
    try:
        family, kind, proto, _name, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise CannotServe(f"{host} is no address of this machine: {error.strerror}") from error
    found = socket.socket(family, kind, proto)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind(where)
    except OSError as error:
        found.close()
        if isinstance(error, PermissionError):
            raise CannotServe(f"port {port} needs root; take one above 1023: opsloop serve --port 8000") from error
        raise CannotServe(
            f"port {port} on {host} is taken by another program; end that one, or take another port: "
            f"opsloop serve --port {port + 1}"
        ) from error
    found.listen(512)
    return found


class PidFile:
    """var/run/serve.pid: process and address. A lock on it, not its presence, says that the workspace is served."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.handle: int | None = None

    def take(self, address: str) -> None:
        """Raises CannotServe when another supervisor serves this workspace."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.handle = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who, _space, where = os.read(self.handle, 200).decode().strip().partition(" ")
            self.close()
            raise CannotServe(
                f"this workspace is being served already at {where} (process {who}); end it with: kill {who}"
            ) from None
        os.ftruncate(self.handle, 0)
        os.pwrite(self.handle, f"{os.getpid()} {address}\n".encode(), 0)

    def close(self) -> None:
        """In a child: only the supervisor's handle keeps the lock."""
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None

    def leave(self) -> None:
        """The supervisor ends."""
        if self.handle is not None:
            self.file.unlink(missing_ok=True)
            self.close()


def _load() -> None:
    """Load what every page needs before the fork, and make sure that no connection crosses it."""
    from django.db import connections
    from django.urls import get_resolver

    with uncollected():
        from opsloop.config import wsgi as _wsgi  # noqa: F401
        from opsloop.data.metrics.planning import statements as _statements  # noqa: F401  # loaded late elsewhere

        _ = get_resolver().url_patterns
    connections.close_all()
    for name in list(connections):
        del connections[name]
    gc.freeze()  # the collector then leaves the shared pages alone; of a start nothing is garbage (10 objects)


def _web(listener: socket.socket, address: str, web: int, threads: int, pid_file: PidFile) -> None:
    """gunicorn on the inherited socket."""
    from gunicorn.app.base import BaseApplication

    pid_file.close()

    def ready(_arbiter: Any) -> None:
        print(f"Opsloop: {address}   Ctrl-C ends it", flush=True)

    options = {
        "bind": f"fd://{os.dup(listener.fileno())}",
        "workers": web,
        "worker_class": "gthread",
        "threads": threads,
        "preload_app": True,
        "timeout": 90,
        "graceful_timeout": 15,
        "keepalive": 5,
        "errorlog": "-",
        "loglevel": "warning",
        "when_ready": ready,
        "control_socket_disable": True,
        "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,  # noqa: S108  # a file nobody reads
    }

    class Web(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            from opsloop.config.wsgi import application

            return application

    Web().run()


def _worker(listener: socket.socket, pid_file: PidFile) -> None:
    from opsloop.base.jobs.worker import main

    listener.close()
    pid_file.close()
    main(["--afresh"])


def main(words: list[str] | None = None) -> int:
    """The program behind `_begin_anew`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsloop.config.settings")
    parser = argparse.ArgumentParser(prog="opsloop serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--web", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)
    said = parser.parse_args(words)
    set_up()
    try:
        return serve(said.host, said.port, web=said.web, threads=said.threads)
    except CannotServe as error:
        print(f"opsloop: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
