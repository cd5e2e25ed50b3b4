"""What one process of a test run makes and all of them use."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = "OPSLOOP_TESTS_SHARED"
if FOLDER not in os.environ:  # the processes of xdist inherit it from the one that started them
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="opsloop-tests-")
    atexit.register(shutil.rmtree, os.environ[FOLDER], ignore_errors=True)


@contextmanager
def once(name: str) -> Iterator[Path]:
    """The path of a file or folder of the whole run. Whoever finds it missing makes it while the others wait."""
    path = Path(os.environ[FOLDER], name)
    with path.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path
