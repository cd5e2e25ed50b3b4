"""demo: the demo company in a workspace of its own, set up once, fresh each day, served."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from opsloop.config import workspace
from opsloop.config.cli import Failed, start

if TYPE_CHECKING:
    from opsloop.data.sources.loading import LoadResult
    from opsloop.demo.arriving import Arrival
    from opsloop.demo.chosen import Chosen

TOML = """# The demo company on real public retail data; dates move forward by whole weeks, the zone is its stores'.
name = "惠邻超市（演示）"
demo = true
timezone = "America/New_York"
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
    chosen = _choose(said)
    _seed(chosen)
    _load(chosen)
    _watch()
    _work()
    _report(chosen)
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


def _choose(said: argparse.Namespace) -> Chosen:
    from django.conf import settings

    from opsloop.demo import chosen, grocer

    try:
        return chosen.choose(
            settings.WORKSPACE.var, grocer.today(), original=said.original_dates, complete=said.complete
        )
    except ValueError as error:
        raise Failed(str(error)) from error


def _seed(chosen: Chosen) -> None:
    from django.conf import settings

    from opsloop.demo import company, overlay

    if workspace.put_standard(settings.WORKSPACE) or not company.seeded():
        overlay.lay_over(settings.WORKSPACE.playbook, chosen.shift)
    _say("departments, standard, people")
    company.seed()


def _load(chosen: Chosen) -> None:
    """The year's data, then what came since, then the house's own tables. What is there already is left alone."""
    from opsloop.base.people.beginning import setup_robot
    from opsloop.base.policy.beginning import seeding
    from opsloop.demo import arriving, bringing, closings, grocer, jobs

    try:
        with seeding():
            by = setup_robot()
            brought = bringing.bring(chosen, arriving.at_set_up(chosen), by=by, tell=_tell)
            brought += bringing.bring(chosen, arriving.since_set_up(chosen, grocer.today()), by=by, tell=_tell)
            if entered := closings.enter(chosen, grocer.today()):
                closings.compare(by=by)
                _say(f"control figures of the tills: {entered} days")
            if brought:
                _say(f"own tables: {', '.join(bringing.collect_own(by=by))}")
    except grocer.NoPackage as error:
        print(f"demo: {error}", file=sys.stderr)
        return
    except bringing.NotLoaded as error:
        raise Failed(str(error)) from error
    if jobs.ask_for_promotions(chosen):
        _say("displays and mailers (20.9 million rows) follow in the background; see the jobs page")


def _watch() -> None:
    """Monitors are back-tested on the data, switched on, and look at its newest days."""
    from opsloop.demo import improving, requesting, watching

    on, opened = watching.watch()
    if on:
        _say(f"{on} monitors switched on, {opened} alerts")
    if made := improving.improve():
        _collect(improving.TABLE)
        _say(f"{made} findings")
    if requesting.request():
        _say("1 request for figures")


def _work() -> None:
    """A year of SOPs that ran, simulated and marked so; what is open today is on people's start pages."""
    from opsloop.demo.awaiting import await_approval
    from opsloop.demo.complaints import await_specialist
    from opsloop.demo.recurring import recur
    from opsloop.demo.year import keeping

    if made := keeping.keep_year():
        _collect(keeping.TABLE)
        _say(f"{made:,} simulated cases of a year")
    if made := await_approval():
        _say(f"{made} approvals wait for the director")
    if made := await_specialist():
        _say(f"{made} complaints wait for the specialist")
    if made := recur():
        _say(f"{made} recurring cases")


def _collect(table: str) -> None:
    """One of the house's own tables, since there is something new in it."""
    from opsloop.base.people.beginning import setup_robot
    from opsloop.base.policy.beginning import seeding
    from opsloop.demo import bringing

    with seeding():
        bringing.collect_own(by=setup_robot(), names=[table])


def _report(chosen: Chosen) -> None:
    """The weekly and the monthly report of the newest whole periods are drafted; the week before was issued."""
    from opsloop.demo import reporting

    if made := reporting.report(chosen):
        _say(f"reports {', '.join(made)}")


def _tell(n: int, total: int, one: Arrival, result: LoadResult | None) -> None:
    """One line for each file; on a terminal they replace each other."""
    said = f"[{n}/{total}] {one.name}"
    if result is not None:
        said += f": {result.kept:,} rows" + _extra(result)
    if sys.stdout.isatty() and n < total:
        print(f"\rdemo: {said}\x1b[K", end="", flush=True)
    elif sys.stdout.isatty():
        print(f"\r\x1b[Kdemo: {said}", flush=True)
    else:
        _say(said)


def _extra(result: LoadResult) -> str:
    named: Iterable[tuple[str, int]] = (("repeated", result.duplicates), ("aside", result.set_aside))
    more = [f"{many:,} {what}" for what, many in named if many]
    if result.state == "held":
        more.append("held")
    return f" ({', '.join(more)})" if more else ""
