"""A served company with a token: asked over HTTP, as programs do, while it is killed, flooded or short of disk."""

from __future__ import annotations

import http.client
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.workspace import Served, make

DEPARTMENTS = 12
SEED = """
from opsloop.base.people.bearers import new_secret
from opsloop.base.people.models import Token
from opsloop.base.testing import cast, department, make
people = cast()
secret, digest = new_secret()
make(Token, person=people.lin, title="torture", digest=digest, acts=["*"])
for i in range(%d):
    department(f"d{i}", parent=people.ops)
print(secret)
"""
KEYS = """
from opsloop.base.ledger.models import Entry
print(*Entry.objects.exclude(key=None).values_list('key', flat=True))
"""
IDS = """
from opsloop.base.people.models import Department
print(*Department.objects.filter(code__regex=r'^d[0-9]+$').values_list('pk', flat=True))
"""


@dataclass
class Answer:
    """What came back: status 0 means that the connection broke, so the outcome is unknown."""

    status: int
    body: Any = None


@dataclass
class Company(Served):
    """A workspace folder, its token, and the server process when one runs."""

    secret: str = ""

    def make(self) -> Company:
        """The workspace with its people; before anything else."""
        make(self.root)
        self.secret = self.python(SEED % DEPARTMENTS).split()[-1]
        self.console.close()
        return self

    def copy(self, root: Path) -> Company:
        """The same company in another folder."""
        shutil.copytree(self.root, root)
        return Company(root, secret=self.secret)

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

    def faults(self) -> str:
        """What `opsloop verify` says of the ledger; nothing when its chain is whole."""
        done = self.console.opsloop("-C", str(self.root), "verify")
        return done.stdout + done.stderr if done.returncode else ""

    def department_ids(self) -> list[int]:
        """The ids of the departments d0, d1, ... straight from the database."""
        return [int(n) for n in self.python(IDS).split()]

    def keys(self) -> set[str]:
        """Every idempotency key in the ledger."""
        return set(self.python(KEYS).split())
