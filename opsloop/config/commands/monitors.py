"""monitor run and monitor backtest: what is out of the ordinary, for people and for other programs."""

from __future__ import annotations

import argparse
import json
from typing import Any

from opsloop.base.things.errors import ActError
from opsloop.config.cli import Failed
from opsloop.config.commands.loads import robot
from opsloop.engine.monitors import commands
from opsloop.engine.monitors.jobs import MAY


def run(said: argparse.Namespace) -> int:
    """Judge now. 0 also when something is wrong: the alerts say so. Raises Failed for a monitor that is not there."""
    with robot(MAY) as by:
        _print(commands.run(said.name, by), as_json=said.json)
    return 0


def backtest(said: argparse.Namespace) -> int:
    """Back-test, and remember it beside the monitors. Raises Failed for a monitor that is not there."""
    try:
        _print(commands.tested(said.name), as_json=said.json)
    except ActError as error:
        raise Failed(str(error)) from error
    return 0


def _print(found: tuple[list[str], list[dict[str, Any]]], *, as_json: bool) -> None:
    lines, values = found
    print(json.dumps({"monitors": values}, ensure_ascii=False) if as_json else "\n".join(lines))
