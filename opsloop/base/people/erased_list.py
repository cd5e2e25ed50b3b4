"""The list of erasures as a file: read without Django, since a restore has no database yet.

{"people": {"7": {"at": …}}, "lake": {"a1b2…": {"at": …, "manner": "detach"}}}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Noted = dict[str, dict[str, Any]]
"""What was erased -> how and when (`at`)."""
PEOPLE = "people"
COPY = "opsloop-erased-{company}.json"


def company_of(root: Path) -> str:
    """Which company a list is of: from a key that lies in every backup, so that no other one is erased by it."""
    key = (root / "var/secrets/django.key").read_text(encoding="utf-8").strip()
    return hashlib.sha256(f"erased|{key}".encode()).hexdigest()[:12]


def merged(one: Mapping[str, Noted], other: Mapping[str, Noted]) -> dict[str, Noted]:
    """Both lists; of what stands in both the later order holds."""
    out = {part: dict(rows) for part, rows in other.items()}
    for part, rows in one.items():
        there = out.setdefault(part, {})
        for what, said in rows.items():
            if str(said.get("at", "")) >= str(there.get(what, {}).get("at", "")):
                there[what] = said
    return out


def read(file: Path) -> dict[str, Noted]:
    """A list, empty when there is none. An old one that knew people only is understood."""
    said: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    old = {pk: {"at": at} for pk, at in said.items() if isinstance(at, str)}
    parts = {part: rows for part, rows in said.items() if isinstance(rows, dict)}
    return merged(parts, {PEOPLE: old}) if old else parts


def write(file: Path, said: Mapping[str, Noted]) -> None:
    """The whole list, readable by its owner only."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps(said, indent=0, sort_keys=True), encoding="utf-8")
    new.chmod(0o600)
    new.replace(file)
