"""playbook check | diff | publish | export | pull: the files against what is published."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from opsloop.base.people.models import Account, Person
from opsloop.config.cli import Failed
from opsloop.playbook import commands
from opsloop.playbook.commands import Report


def _folder(said: argparse.Namespace) -> Path:
    return Path(said.dir) if said.dir else Path(settings.WORKSPACE.playbook)


def _answer(report: Report, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(report.data, ensure_ascii=False, default=str))
    else:
        print("\n".join(report.lines))
    return report.code


def check(said: argparse.Namespace) -> int:
    """Exit code 1 with every error; open references are only listed."""
    return _answer(commands.check(_folder(said)), as_json=said.json)


def diff(said: argparse.Namespace) -> int:
    return _answer(commands.compare(_folder(said)), as_json=said.json)


def person(name: str) -> Person:
    """Whom a login or staff number names. Raises Failed."""
    account = Account.objects.filter(login=name, is_active=True).select_related("person").first()
    found = account.person if account else Person.objects.filter(Q(number=name), left_on__isnull=True).first()
    if found is None:
        raise Failed(f"nobody has the login or staff number {name}")
    return found


def publish(said: argparse.Namespace) -> int:
    """Publish the folder's changes; what changes rights is proposed and waits for a second person."""
    from_day = date.fromisoformat(said.from_day) if said.from_day else None
    report = commands.publish(_folder(said), by=person(said.by), reason=said.reason, effective_from=from_day)
    return _answer(report, as_json=said.json)


def pull(said: argparse.Namespace) -> int:
    return _answer(commands.pull(_folder(said)), as_json=said.json)


def export(said: argparse.Namespace) -> int:
    """What is in force today: one book (html, pdf) or the files."""
    return _answer(commands.export(Path(said.out), said.format, said.language), as_json=said.json)


def stamp(said: argparse.Namespace) -> int:
    """Mark the translations as made from the files as they are now."""
    return _answer(commands.stamp(_folder(said)), as_json=said.json)
