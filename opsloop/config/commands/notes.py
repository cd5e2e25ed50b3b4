"""note: what the group would read now, for people and for other programs."""

from __future__ import annotations

import argparse
import json

from opsloop.config.commands.loads import robot
from opsloop.modules.notes import commands


def note(said: argparse.Namespace) -> int:
    """Write it, send nothing. Raises Failed for a note that is not there."""
    with robot(()) as by:
        text, values = commands.told(said.name, by)
    print(json.dumps(values, ensure_ascii=False) if said.json else text)
    return 0
