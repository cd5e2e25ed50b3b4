"""demo: the demo company in a workspace of its own, set up once, fresh each day, served."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from opsloop.config import workspace
from opsloop.config.cli import Failed, start

TOML = """# The demo company on real public retail data; dates are moved forward by whole weeks.
name = "惠邻超市（演示）"
demo = true
currency = "USD"
"""


def demo(said: argparse.Namespace) -> int:
    """Set up what is missing, bring in the days that are due, serve."""
    began = time.perf_counter()
    root = Path(said.dir).resolve()
    _make(root)
    start(root)
    _say("database")
    from opsloop.config.commands.workspace import migrate

    migrate()
    _seed()
    _load(original=said.original_dates)
    _say(f"ready in {time.perf_counter() - began:.0f} s")
    if said.no_serve:
        return 0
    from opsloop.config.serve import serve

    print(f"\n    http://{said.host}:{said.port}/\n", flush=True)
    return serve(said.host, said.port)


def _say(text: str) -> None:
    print(f"demo: {text}", flush=True)


def _make(root: Path) -> None:
    if not (root / workspace.FILE).exists():
        root.mkdir(parents=True, exist_ok=True)
        (root / workspace.FILE).write_text(TOML, encoding="utf-8")
    made = workspace.make(root, demo=True)
    if not made.demo:
        raise Failed(f"{root} is a real workspace; name another folder with --dir")


def _seed() -> None:
    from django.conf import settings

    from opsloop.demo import company

    workspace.put_standard(settings.WORKSPACE)
    _say("departments, standard, people")
    company.seed()


def _load(*, original: bool) -> None:
    from opsloop.base.people.beginning import setup_robot
    from opsloop.base.policy.beginning import seeding
    from opsloop.demo import grocer

    today = grocer.today()
    shift = grocer.Shift(0) if original else grocer.shift_in_use() or grocer.Shift.to(today)
    _say("sales")
    try:
        with seeding():
            snapshot = grocer.load(by=setup_robot(), shift=shift, today=today)
    except grocer.NoPackage as error:
        print(f"demo: {error}", file=sys.stderr)
        return
    if snapshot:
        _say(f"{snapshot.rows:,} transaction lines, {snapshot.first_day} – {snapshot.last_day}")
