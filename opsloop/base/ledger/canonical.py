"""Canonical JSON: the same values give the same bytes on every machine. The chain's hashes are over these."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise


def plain(value: Any) -> Any:
    """What JSON does not know, as JSON: objects as [id, name] ([id] where the name is personal), the rest as text."""
    if isinstance(value, Model):
        return [value.pk, str(value)] if getattr(value, "ledger_named", True) else [value.pk]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal | Promise):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


def text(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, Chinese as itself."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=plain)
