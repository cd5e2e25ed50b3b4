"""A real workspace with a served company: started, killed and asked over HTTP, as users and faults do."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SEED = """
import sys
from pathlib import Path
from opsloop.config.cli import start
start(Path(sys.argv[1]))
from opsloop.base.people.bearers import new_secret
from opsloop.base.people.models import Token
from opsloop.base.testing import cast, department, make
people = cast()
secret, digest = new_secret()
make(Token, person=people.lin, title="torture", digest=digest, acts=["*"])
for i in range(int(sys.argv[2])):
    department(f"d{i}", parent=people.ops)
print(secret)
"""


def clean_env(**more: str) -> dict[str, str]:
    """The environment without this test run's own workspace."""
    return {**{k: v for k, v in os.environ.items() if not k.startswith("OPSLOOP_")}, **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Answer:
    """What came back: status 0 means that the connection broke, so the outcome is unknown."""

    status: int
    body: Any = None


@dataclass
class Company:
    """A workspace folder, its token, and the server process when one runs."""

    root: Path
    departments: int = 12
    env: dict[str, str] = field(default_factory=dict)
    secret: str = ""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def make(self) -> Company:
        self.run("init", str(self.root), workspace=False)
        seed = [sys.executable, "-c", SEED, str(self.root), str(self.departments)]
        done = subprocess.run(seed, check=True, capture_output=True, text=True, env=clean_env(**self.env))
        self.secret = done.stdout.split()[-1]
        return self

    def run(self, *args: str, workspace: bool = True) -> subprocess.CompletedProcess[str]:
        where = ["-C", str(self.root)] if workspace else []
        command = [sys.executable, "-m", "opsloop", *where, *args]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=clean_env(**self.env))

    def start(self) -> None:
        """Serve and wait until the first page answers."""
        command = [sys.executable, "-m", "opsloop", "-C", str(self.root), "serve", "--port", str(self.port)]
        log = (self.root / "var/serve.log").open("ab")
        self.process = subprocess.Popen(
            command, stdout=log, stderr=log, env=clean_env(**self.env), start_new_session=True
        )
        log.close()
        until = time.monotonic() + 30
        while self.ask("GET", "/sign-in/").status == 0:
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError((self.root / "var/serve.log").read_text()[-3000:])
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL to the whole family, as a power cut does to processes."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        (self.root / "var/run/serve.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "") -> Answer:
        """One HTTP request with the token. A broken connection answers status 0."""
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            link.request(method, path, json.dumps(body) if body is not None else None, headers)
            got = link.getresponse()
            raw = got.read()
            kind = got.headers.get_content_type()
            return Answer(got.status, json.loads(raw) if kind == "application/json" and raw else raw)
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            link.close()

    def department_ids(self) -> list[int]:
        """The ids of the departments d0, d1, ... straight from the database."""
        code = (
            "import sys; from pathlib import Path; from opsloop.config.cli import start; start(Path(sys.argv[1]));"
            "from opsloop.base.people.models import Department as D;"
            "print(*D.objects.filter(code__regex=r'^d[0-9]+$').values_list('pk', flat=True))"
        )
        command = [sys.executable, "-c", code, str(self.root)]
        out = subprocess.run(command, check=True, capture_output=True, text=True, env=clean_env(**self.env)).stdout
        return [int(n) for n in out.split()]

    def keys(self) -> set[str]:
        """Every idempotency key in the ledger."""
        code = (
            "import sys; from pathlib import Path; from opsloop.config.cli import start; start(Path(sys.argv[1]));"
            "from opsloop.base.ledger.models import Entry;"
            "print(*Entry.objects.exclude(key=None).values_list('key', flat=True))"
        )
        command = [sys.executable, "-c", code, str(self.root)]
        out = subprocess.run(command, check=True, capture_output=True, text=True, env=clean_env(**self.env)).stdout
        return set(out.split())
