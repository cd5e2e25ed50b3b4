"""What was chosen when the demo was set up: how far its days move, since when it runs, whether all came at once.

Kept in the workspace's var/, so that a set-up that was cut off goes on as it began, and the demo's days never jump.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from opsloop.demo.grocer import LAST, Shift

FILE = "demo.json"


@dataclass(frozen=True, slots=True)
class Chosen:
    """weeks: how far the days move. set_up_on: the shops' day. complete: nothing is held back."""

    weeks: int
    set_up_on: date
    complete: bool = False

    @property
    def shift(self) -> Shift:
        return Shift(self.weeks)

    @property
    def original(self) -> bool:
        """The package's own dates: nothing is added, held back, late or held."""
        return self.weeks == 0

    def until(self, today: date) -> date:
        """The last day that has come by `today`."""
        yesterday = date.fromordinal(today.toordinal() - 1)
        return self.shift.day(LAST) if self.complete else min(self.shift.last, yesterday)


def choose(var: Path, today: date, *, original: bool = False, complete: bool = False) -> Chosen:
    """What holds for this demo: what was chosen before, else this choice, which is kept.

    Raises ValueError when something else was chosen before.
    """
    file = var / FILE
    wish = Chosen(0 if original else Shift.to(today).weeks, today, complete or original)
    if not file.exists():
        part = file.with_suffix(".part")
        part.write_text(json.dumps({**asdict(wish), "set_up_on": str(today)}), encoding="utf-8")
        part.replace(file)
        return wish
    there = read(file)
    if (original and not there.original) or (complete and not there.complete):
        raise ValueError("this demo was set up with other days; name another folder with --dir")
    return there


def read(file: Path) -> Chosen:
    """What the file says. Raises FileNotFoundError."""
    said = json.loads(file.read_text(encoding="utf-8"))
    return Chosen(said["weeks"], date.fromisoformat(said["set_up_on"]), said["complete"])
