"""report: the weekly or monthly report as a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from django.utils.translation import get_language

from opsloop.base.things.errors import ActError, OutsideError
from opsloop.config.cli import Failed
from opsloop.config.commands.loads import robot
from opsloop.modules.reports import commands
from opsloop.modules.reports.rendering import FORMATS


def report(said: argparse.Namespace) -> int:
    """Write it. Raises Failed for a report or a shape that is not there, and for a file that cannot be written."""
    shape = said.format or Path(said.output).suffix.lstrip(".").lower()
    if shape not in FORMATS:
        raise Failed(f"say --format, one of {', '.join(FORMATS)}")
    try:
        with robot(commands.MAY) as by:
            made = commands.report_file(said.name, said.as_of, shape, said.language or get_language() or "", by)
    except (ActError, OutsideError) as error:
        raise Failed(str(error)) from error
    _write(said.output, made.content)
    state = " (drafted now)" if made.drafted else ""
    print(f"{made.edition.number} {made.edition.title}: {made.edition.get_state_display()}{state}", file=sys.stderr)
    return 0


def _write(output: str, content: bytes) -> None:
    if output == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        Path(output).write_bytes(content)
    except OSError as error:
        raise Failed(f"{output}: {error.strerror}") from error
