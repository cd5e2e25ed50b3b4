"""GJ-001, GJ-002 …: each number once, also when two are raised at the same moment."""

from __future__ import annotations

import re

from django.db import connection
from django.db.models import Max

from opsloop.engine.findings.models import Finding

LOCK = 4_701_031
"""PostgreSQL's advisory lock of raising; SQLite has one writer anyway."""
CODE = re.compile(r"GJ-0*(\d{1,9})\b", re.IGNORECASE)


def line_up() -> None:
    """Inside an act: from here to its end nobody else raises one, so that a cause is found and a number is free."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def next_number() -> int:
    """The number of the next finding; after `line_up`."""
    found = Finding.objects.aggregate(most=Max("number"))["most"]
    return int(found or 0) + 1


def named(text: str) -> list[int]:
    """The numbers of findings that a text names, as GJ-031, in their order and each once."""
    return list(dict.fromkeys(int(one) for one in CODE.findall(text)))
