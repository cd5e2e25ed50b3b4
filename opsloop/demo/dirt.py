"""Faults that real feeds have, added to the demo's daily files as rows of their own.

Every added row repeats a true row of the same file, so nothing in the figures changes whether it is set aside,
repaired or recognised as a repetition; its `remark` says that it was added and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

LABEL = "演示加入："


@dataclass(frozen=True, slots=True)
class Dirt:
    """How many rows are added to a day's file, of each sort; and whether it comes in GB18030."""

    duplicates: int = 0
    impossible_dates: int = 0
    negative_amounts: int = 0
    gb18030: bool = False

    def rows(self, day: date) -> str:
        """SQL that adds the rows below those of the table of_day, always the same for the same day."""
        wrong_day = f"strftime(date '{day}', '%Y-%m') || '-32' || substr(sold_at, 11)"
        return " ".join((
            _added(1, self.duplicates, "sold_at", "sales_value", "重复行"),
            _added(2, self.impossible_dates, wrong_day, "sales_value", "日期不可能"),
            _added(3, self.negative_amounts, "sold_at", "-sales_value", "金额为负"),
        ))  # fmt: skip


NONE = Dirt()
YESTERDAY = Dirt(19, 7, 5)
"""What the analyst finds on the first morning."""


def of(day: date, *, newest: bool = False) -> Dirt:
    """The faults of a day's file; the newest one at set-up has most."""
    n = day.toordinal()
    gb18030 = n % 5 == 2
    if newest:
        return Dirt(YESTERDAY.duplicates, YESTERDAY.impossible_dates, YESTERDAY.negative_amounts, gb18030)
    return Dirt(n % 7, 1 if n % 6 == 0 else 0, 2 if n % 9 == 0 else 0, gb18030)


def _added(sort: int, many: int, sold_at: str, sales_value: str, why: str) -> str:
    if not many:
        return ""
    return (
        "union all by name from (select * replace ("
        f"{sold_at} as sold_at, {sales_value} as sales_value, '{LABEL}{why}' as remark)"
        f" from (from of_day where sales_value > 0 order by hash(basket_id || product_id || '{sort}') limit {many}))"
    )


def in_gb18030(file: Path) -> Path:
    """The same file in GB18030, as tills in China often write it."""
    part = file.with_name(f".{file.name}.part")
    part.write_text(file.read_text(encoding="utf-8"), encoding="gb18030", newline="")
    return part.replace(file)
