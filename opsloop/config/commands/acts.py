"""act NAME: one act from the command line."""

from __future__ import annotations

import argparse

from opsloop.base.acts import registry
from opsloop.base.acts.doors.cli import run


def act(said: argparse.Namespace) -> int:
    """Without a name: every act with its label."""
    if not said.name:
        for name, one in sorted(registry.items()):
            print(f"{name:32} {one.label}")
        return 0
    return run([said.name, *said.rest])
