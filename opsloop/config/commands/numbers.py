"""metric and explain: a metric's values, and why they changed, for people and for other programs."""

from __future__ import annotations

import argparse
import json
import sys

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import sees
from opsloop.base.things.errors import ActError
from opsloop.config.cli import Failed
from opsloop.config.commands.playbook import person
from opsloop.data.metrics import commands
from opsloop.data.metrics.questions import Question, where_of


def metric(said: argparse.Namespace) -> int:
    """Print the values. Raises Failed for what cannot be computed."""
    try:
        question = Question(
            (said.name,), said.grain, tuple(said.by), said.since, said.until, where_of(said.chosen), said.compare,
            said.snapshot, said.engine,
        )  # fmt: skip
        found = commands.metric(question, _reader(said))
    except ActError as error:
        raise Failed(str(error)) from error
    _print(found, said.format)
    return 0


def explain(said: argparse.Namespace) -> int:
    """Print which parts and factors made the difference. Raises Failed where there is nothing to compare."""
    days = (said.since, said.until, said.against, said.against_until)
    try:
        found = commands.explained(said.name, days, said.by or None, said.snapshot, _reader(said))
    except ActError as error:
        raise Failed(str(error)) from error
    _print(found, "json" if said.json else "table")
    return 0


def _reader(said: argparse.Namespace) -> Person | None:
    """Whom --as names. Raises Failed for one who sees no metrics; nobody: everything personal is masked."""
    if said.reader is None:
        return None
    found = person(said.reader)
    if sees(found, "metrics") is None:
        raise Failed(f"{said.reader} sees no metrics")
    return found


def _print(found: commands.Shown, how: str) -> None:
    if how == "json":
        print(json.dumps(found.data, ensure_ascii=False))
    else:
        print(found.csv() if how == "csv" else "\n".join(found.lines()))
        for doubt in found.data.get("doubts", ()):
            print(f"{_t('in doubt')}: {doubt}", file=sys.stderr)
