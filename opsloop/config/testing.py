"""A pytest plugin: a throw-away workspace for each process, made before Django reads its settings."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from opsloop.config import workspace

_root = Path(tempfile.mkdtemp(prefix="opsloop-test-"))
atexit.register(shutil.rmtree, _root, ignore_errors=True)
os.environ["OPSLOOP_WORKSPACE"] = str(_root)
os.environ["DJANGO_SETTINGS_MODULE"] = "opsloop.config.settings"
os.environ["OPSLOOP_TESTING"] = "1"
# a file, as in real life: threads cannot share a database in memory
os.environ.setdefault("OPSLOOP_TEST_SQLITE", str(_root / "test.sqlite3"))
workspace.make(_root, name="Test")
