"""Metric questions in a process of its own on a given workspace, without HTTP: bench/answers.py holds HTTP against it.

    OPSLOOP_WORKSPACE=… python -P bench/inside.py < questions.json

Reads {"metric", "by", "new": [[from, to], …], "same": [from, to]}; prints the medians of wall milliseconds and the CPU
milliseconds of a new and of a repeated question.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import date

import django


def main() -> None:
    django.setup()
    from opsloop.base.people.models import Account
    from opsloop.data.metrics.api import Question, ask

    account = Account.objects.filter(demo_order__isnull=False).order_by("demo_order").select_related("person")[0]
    said = json.load(sys.stdin)

    def one(days: Sequence[str]) -> None:
        since, until = map(date.fromisoformat, days)
        (result,) = ask(Question((said["metric"],), "week", tuple(said["by"]), since, until), account.person).results
        assert result.rows, result.waiting

    for days in said["warm"]:
        one(days)
    print(json.dumps([timed(one, said["new"]), timed(one, [said["same"]] * len(said["new"]))]))


def timed(one: object, questions: Sequence[Sequence[str]]) -> list[float]:
    assert callable(one)
    took, cpu = [], time.process_time()
    for days in questions:
        began = time.perf_counter()
        one(days)
        took.append((time.perf_counter() - began) * 1000)
    return [statistics.median(took), (time.process_time() - cpu) * 1000 / len(questions)]


if __name__ == "__main__":
    main()
