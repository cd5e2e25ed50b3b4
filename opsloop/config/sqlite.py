"""The SQLite that Opsloop runs on: the wheel's, because system SQLite below 3.51.3 can corrupt a WAL database.

Imported before Django, so that `sqlite3` means the wheel everywhere.
"""

from __future__ import annotations

import sys

import pysqlite3 as sqlite3
from pysqlite3 import dbapi2

__all__ = ["sqlite3", "use_wheel"]


def use_wheel() -> None:
    """Put pysqlite3 in the place of the standard module. Safe to call twice."""
    sys.modules["sqlite3"] = sqlite3
    sys.modules["sqlite3.dbapi2"] = dbapi2


use_wheel()
