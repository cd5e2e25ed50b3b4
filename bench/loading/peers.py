"""What the scripts have in common: the columns, the clock, and how they tell their counts."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

NEEDED = ("basket_id", "household_id", "store_id", "product_id")
NUMBERS = ("quantity", "sales_value", "retail_disc", "coupon_disc", "coupon_match_disc", "week")
STAMPS = ("sold_at", "changed_at")
NOT_NEGATIVE = ("sales_value", "quantity")


class Clock:
    """Seconds by the wall and of this process's CPU since it was made: the work alone, not the start of Python."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        return {"seconds": time.perf_counter() - self._wall, "cpu": time.process_time() - self._cpu}


def told(results: Sequence[dict[str, Any]]) -> None:
    """One result for each piece of work: seconds, cpu, rows, sum of sales_value, rows aside."""
    print(json.dumps(list(results)))
