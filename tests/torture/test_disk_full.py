"""The disk runs full at any point: nothing is corrupt, what was acknowledged is there, and work resumes."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.torture.company import Company
from tests.torture.size import rounds

pytestmark = [pytest.mark.torture]

FILL = """
import json, os, random, sys
from pathlib import Path
root = Path(sys.argv[1])
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection
from opsloop.base.acts import Call, perform
from opsloop.base.files.keep import store
from opsloop.base.people.models import Department, Person
from opsloop.data.lake import store as lake
rnd = random.Random(int(sys.argv[2]))
lin = Person.objects.get(name="Lin")
departments = list(Department.objects.filter(code__regex=r"^d[0-9]+$").values_list("pk", flat=True))
ballast = (root / "var/ballast").open("ab")
done, refused, i = [], [], 0
def attempt(what, fn):
    try:
        fn()
        return True
    except Exception as error:
        refused.append([what, type(error).__name__, str(error)[:120]])
        connection.close()
        return False
def act():
    key = f"k{sys.argv[2]}-{i}"
    if attempt("act", lambda: perform("departments.rename", {"title": "x" * 60 + str(i), "reason": "r" * 1500},
                                      Call(by=lin, key=key), on=rnd.choice(departments))):
        done.append(key)
def upload():
    body = b"day;amount\\n" + rnd.randbytes(30_000).hex().encode()
    attempt("upload", lambda: store(SimpleUploadedFile(f"f{i}.csv", body), lin))
def write():
    rows = "select date '2026-01-01' as day, random() as r from range(20000)"
    attempt("lake", lambda: lake.write_partitions("shop", rows, by="'a'"))
def enough():
    return sum(what == "act" for what, *_ in refused) >= 8
while not enough() and i < int(sys.argv[3]):
    i += 1
    rnd.choice([act, act, upload, write])()
    if i % 3 == 0:
        try:
            ballast.write(b"0" * rnd.choice([1000, 40_000, 200_000])); ballast.flush()
        except OSError:
            with (root / f"var/ballast-{i}").open("wb", buffering=0) as rest:
                try:
                    while rest.write(b"0" * 4096):
                        pass
                except OSError:
                    pass
try:
    ballast.close()
except OSError:
    pass
print(json.dumps({"done": done, "refused": refused}))
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 14 MB of its own; only root may make one."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("needs root to mount a small file system")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=14m", "none", str(tmp_path)], check=False)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a file system")
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=False)


@pytest.mark.parametrize("seed", range(rounds(short=1, long=12)))
def test_a_full_disk_corrupts_nothing_and_work_resumes(seeded: Company, small_disk: Path, seed: int) -> None:
    company = seeded.copy(small_disk / "ws")
    said = filled(company, seed)
    assert said["done"], "nothing was done before the disk was full"
    assert {"act"} <= {what for what, *_ in said["refused"]}, said["refused"][:3]
    for ballast in (company.root / "var").glob("ballast*"):
        ballast.unlink()
    assert set(said["done"]) - company.keys() == set()
    assert company.faults() == ""
    with closing(sqlite3.connect(company.root / "var/opsloop.sqlite3")) as link:
        assert link.execute("pragma integrity_check").fetchone() == ("ok",)
    assert filled(company, 999, steps=60)["done"], "work does not resume when there is space again"
    company.close()


def filled(company: Company, seed: int, *, steps: int = 6000) -> dict[str, Any]:
    """Work in a process of its own until eight acts were refused for want of space; what was done and refused."""
    words = ["fill", str(company.root), str(seed), str(steps)]
    said: dict[str, Any] = json.loads(company.console(f"import sys\nsys.argv = {words!r}\n{FILL}").splitlines()[-1])
    return said
