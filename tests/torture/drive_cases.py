"""Cases of eight steps driven to the end by three processes at once, of which one after the other is killed.

    python -m tests.torture.drive_cases CASES KILLS

Two of the processes are one person's phone that sends everything twice, the third is a colleague who takes the same
work. Runs on the workspace and database of the environment. Prints one JSON object.
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

import django

django.setup()

from django.db import connections

from opsloop.base.acts import Call, NotFound, perform
from opsloop.base.ledger.chain import verify
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import cast, given, person
from opsloop.base.things.errors import Forbidden, Refused, Stale
from opsloop.engine.cases.models import Activation, Case, CaseEvent, CaseState, WorkItem
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.sops.tests.samples import sop

CASES, KILLS = int(sys.argv[1]), int(sys.argv[2])
PHONE, COLLEAGUE = "phone", "colleague"
DRIVERS = (PHONE, PHONE, COLLEAGUE)
STEPS = ("a", "b", "c", "d", "e", "f", "g", "h")
ONE = "{id: %s, title: Step %s, do: operations-specialist, within: 4 hours}"
a, b, c, d, e, f, g, h = (ONE % (one, one) for one in STEPS)
EIGHT = sop(f"- {a}\n- {b}\n- {{id: both, parallel: [{{steps: [{c}, {d}]}}, {{steps: [{e}]}}]}}\n- {f}\n- {g}\n- {h}\n")
PAUSE = (0.05, 0.4) if CASES < 100 else (0.5, 3.0)
"""Seconds between two kills, so that they are spread over the whole run."""
NOS = (Refused, Forbidden, Stale, NotFound)
"""What somebody who comes second may be told."""
dice = random.Random(20261122)


def seed() -> dict[str, Person]:
    """Two specialists who may work on cases, and all cases begun."""
    people = cast()
    with given():
        mandate = Mandate.objects.get(position=people.specialist)
        mandate.may, mandate.sees = ["cases.*"], {"*": "own"}
        mandate.save()
    who = {PHONE: people.chen, COLLEAGUE: person("Su", people.specialist, people.ops)}
    publish(EIGHT, "eight")
    for _case in range(CASES):
        perform("cases.start", {"sop": "eight"}, Call(by=people.chen))
    return who


def drive(who: Person, number: int) -> None:
    """Finish whatever is open, in any order, until nothing is; a no is lived with, a fault ends the process."""
    mine = random.Random(f"{os.getpid()}:{number}")
    while work := list(WorkItem.objects.filter(status="open").values_list("case_id", "no")[:200]):
        mine.shuffle(work)
        for case, item in work[:40]:
            time.sleep(mine.uniform(0, 0.004))
            try:
                perform("cases.complete", {"item": item}, Call(by=who, key=f"{case}.{item}"), on=case)
            except NOS:
                continue
    os._exit(0)


def fork(who: dict[str, Person], number: int) -> int:
    connections.close_all()  # no connection crosses the fork
    pid = os.fork()
    if pid == 0:
        try:
            drive(who[DRIVERS[number]], number)
        finally:
            os._exit(1)
    return pid


def run(who: dict[str, Person]) -> dict[str, int]:
    """Until nothing is open. Answers the kills that hit a living process, and the processes that failed."""
    pids = {fork(who, number): number for number in range(len(DRIVERS))}
    kills = failed = 0
    due = [time.monotonic() + dice.uniform(*PAUSE)]
    while pids:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid:
            number = pids.pop(pid)
            if os.WIFSIGNALED(status):
                pids[fork(who, number)] = number
            else:
                failed += os.waitstatus_to_exitcode(status) != 0
        elif kills < KILLS and time.monotonic() > due[-1]:
            os.kill(dice.choice(list(pids)), signal.SIGKILL)
            kills += 1
            due.append(time.monotonic() + dice.uniform(*PAUSE))
        else:
            time.sleep(0.005)
    return {"kills": kills, "failed": failed}


def count() -> dict[str, object]:
    """What there is against each step exactly once."""
    done = Counter(CaseEvent.objects.filter(verb="completed").exclude(node="start").values_list("case_id", "node"))
    wanted = {(case, step) for case in Case.objects.values_list("pk", flat=True) for step in STEPS}
    joined = Counter(Activation.objects.filter(node="both", status="done").values_list("case_id", flat=True))
    keys = set(Entry.objects.filter(act="cases.complete").values_list("id", flat=True))
    told = set(CaseEvent.objects.filter(verb="completed").exclude(node="start").values_list("entry", flat=True))
    return {
        "cases": Case.objects.filter(status=CaseState.DONE).count(),
        "steps": sum(done.values()),
        "lost": len(wanted - done.keys()),
        "doubled": sum(n - 1 for n in done.values()),
        "joins_wrong": sum(joined[case] != 1 for case, _step in wanted),
        "open": WorkItem.objects.filter(status="open").count() + Activation.objects.filter(status="open").count(),
        "entries_without_step": len(keys - told),
        "steps_without_entry": len(told - keys),
        "by_each": len(set(WorkItem.objects.exclude(node="start").values_list("by", flat=True))),
        "faults": [f"{fault.entry_id} {fault.what}" for fault in verify()],
    }


def main() -> None:
    logging.disable(logging.WARNING)
    who = seed()
    began = time.monotonic()
    said = run(who)
    print(json.dumps({**said, "seconds": round(time.monotonic() - began, 1), **count()}))


main()
