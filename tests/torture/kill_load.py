"""Kills real loads at random moments while others read, then lets one finish and counts every row.

    python -m tests.torture.kill_load KILLS

Runs on the workspace and database of the environment. Prints one JSON object. Each load is a process forked from this
one, which never opens DuckDB before the end: its threads would not survive the fork.
"""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import django

django.setup()

import duckdb  # noqa: F401  # imported once here, opened in the children only
from django.conf import settings
from django.db import connections

from opsloop.base.jobs.robot import for_itself, robot
from opsloop.base.ledger.chain import verify
from opsloop.data.lake import compaction, manifest, store
from opsloop.data.lake.actions import compact_table
from opsloop.data.lake.writing import writer
from opsloop.data.sources.jobs import MAY
from opsloop.data.sources.loading import load_dropped
from opsloop.data.sources.models import Load, LoadState, Source
from opsloop.data.sources.tests import samples

KILLS = int(sys.argv[1])
ROWS, BAD, AGAIN = 400, 12, 8
READER = Path(settings.WORKSPACE.var / "reader.txt")
Work = Callable[[], None]
dice = random.Random(20261121)


@dataclass
class Sent:
    """What was put into drop/: order -> the amount that must win; orders of bad rows; rows in all."""

    files: int = 0
    rows: int = 0
    wins: dict[str, str] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)


def send(sent: Sent) -> None:
    """One more file: mostly new orders in two months, some bad, some orders of earlier files with another amount."""
    lines = ["order_id,paid_at,amount,status"]
    known = dice.sample(sorted(sent.wins), min(AGAIN, len(sent.wins)))
    for n in range(ROWS):
        order, day = f"{sent.files:05}-{n}", f"2026-{dice.choice((3, 4)):02}-{1 + n % 28:02} 10:00:00"
        if n < BAD:
            lines.append(f"{order},{day},twelve,已付")
            sent.bad.add(order)
            continue
        order = known[n - BAD] if n - BAD < len(known) else order
        sent.wins[order] = f"{sent.files}.{n % 100:02}"
        lines.append(f"{order},{day},{sent.wins[order]},已付")
    file = settings.WORKSPACE.drop / f"orders-{sent.files:05}.csv"
    half = file.with_suffix(".part")
    half.write_text("\n".join(lines) + "\n", encoding="utf-8")
    half.rename(file)
    sent.files += 1
    sent.rows += ROWS


def child(work: Work) -> int:
    """Fork; the child does the work and ends without a word."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        random.seed()
        try:
            work()
        except BaseException as error:
            READER.open("a").write(f"{type(error).__name__}: {error}\n")
            os._exit(1)
        os._exit(0)
    return pid


def load_all() -> None:
    load_dropped(Source.objects.get(ident="orders"), by=for_itself(MAY), hold=False)


def merge_small() -> None:
    """What a company's lake does every night; without it each load costs more than the one before."""
    for table in ("orders", "orders__aside"):
        with writer([table]):
            if work := compaction.compact(table):
                by, after = for_itself(("lake.compact",)), work.after
                compact_table(by=by, table=table, after=after, added=work.added, removed=work.removed)


def read_on() -> None:
    """Read the newest and the first version again and again: each is whole, and an old one stays what it was."""
    first = told = None
    while not READER.with_suffix(".stop").exists():
        began = time.monotonic()
        newest = manifest.newest("orders")
        if newest is not None:
            first = first or newest
            told = told or _seen(first)
            now, then = _seen(newest), _seen(first)
            assert now[0] == now[1] == newest.rows, f"version {newest.pk} has {now}, not {newest.rows}"
            assert then == told, f"version {first.pk} was {told} and is {then}"
        connections.close_all()
        time.sleep(max(0.05, 2 * (time.monotonic() - began)))  # beside the loads, not instead of them


def _seen(version: object) -> tuple[int, int, str]:
    sql = "select count(*), count(distinct order_id), cast(sum(amount) as varchar) from orders"
    return store.fetch(sql, ["orders"], {"orders": version})[0]  # type: ignore[dict-item,return-value]


def waiting() -> bool:
    return any(settings.WORKSPACE.drop.glob("orders-*.csv"))


def killed(usual: float, work: Work = load_all) -> bool:
    """Start a load, kill it at a random moment; answers whether it was still at work."""
    pid = child(work)
    time.sleep(dice.uniform(0, usual * 1.1))
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def whole_load(sent: Sent) -> float:
    """One load that nobody kills: how long it takes."""
    send(sent)
    began = time.monotonic()
    os.waitpid(child(load_all), 0)
    return time.monotonic() - began


def count(sent: Sent) -> dict[str, object]:
    """What is there against what was sent."""
    lake = dict(store.fetch("select order_id, cast(amount as varchar) from orders", ["orders"]))
    rows = Counter(row[0] for row in store.fetch("select order_id from orders", ["orders"]))
    aside = Counter(row[0] for row in store.fetch("select order_id from orders__aside", ["orders__aside"]))
    loads = Load.objects.filter(state=LoadState.LOADED)
    return {
        "files": sent.files,
        "rows": sent.rows,
        "lost": len(sent.wins.keys() - rows.keys()) + len(sent.bad - aside.keys()),
        "doubled": sum(n - 1 for n in rows.values()) + sum(n - 1 for n in aside.values()),
        "strange": len(rows.keys() - sent.wins.keys()) + len(aside.keys() - sent.bad),
        "wrong_winner": sum(lake.get(order) != amount for order, amount in sent.wins.items()),
        "loads": loads.count(),
        "came_again": Load.objects.filter(state=LoadState.SAME).count(),
        "failed": [one.message for one in Load.objects.filter(state=LoadState.FAILED)[:5]],
        "rows_in": sum(one.rows_in for one in loads),
        "unbalanced": sum(one.rows_in != one.kept + one.duplicates + one.set_aside for one in loads),
        "faults": [f"{fault.entry_id} {fault.what}" for fault in verify()],
    }


def main() -> None:
    logging.disable(logging.CRITICAL)
    robot()
    samples.source(samples.ORDERS, "orders")
    sent, began = Sent(), time.monotonic()
    whole_load(sent)
    reader = child(read_on)
    took, hits = [whole_load(sent)], 0
    usual = took[0]
    for kill in range(KILLS):
        if not waiting() or kill % 5 == 0:
            send(sent)
        hits += killed(usual)
        if kill % 25 == 24:
            killed(usual, merge_small)
            os.waitpid(child(merge_small), 0)
            took.append(whole_load(sent))
            usual = median(took[-5:])
    while waiting():
        os.waitpid(child(load_all), 0)
        assert time.monotonic() - began < 60 + KILLS * 5, "the rest is not loaded"
    READER.with_suffix(".stop").touch()
    os.waitpid(reader, 0)
    said = READER.read_text(encoding="utf-8") if READER.exists() else ""
    seconds = round(time.monotonic() - began)
    print(
        json.dumps(
            {
                "kills": KILLS,
                "hits": hits,
                "seconds": seconds,
                "usual_s": round(usual, 2),
                "reader": said,
                **count(sent),
            }
        )
    )


main()
