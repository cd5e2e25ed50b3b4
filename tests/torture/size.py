"""How long torture lasts: the short form runs in `make test`, the long one in `make torture`."""

from __future__ import annotations

import os

LONG = os.environ.get("OPSLOOP_TORTURE") == "1"


def rounds(*, short: int, long: int) -> int:
    """The number of kills, tamperings or seconds of this run."""
    return long if LONG else short
