"""What HTTP adds to a metric question: the feed of a served demo against the same questions in a process of its own."""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.measure import Figure, Watch
from tests import workspace

ON_TOP_MS, REPEATED_MS = 20.0, 10.0
METRIC, BY = "sales", ("department",)
WARM, NEW = 24, 40


def questions(last: date) -> dict[str, Any]:
    """Spans of some weeks that begin on different days, so that no answer is known before it is asked."""

    def spans(first: int, count: int) -> list[list[str]]:
        days = (last - timedelta(days=60 + n) for n in range(first, first + count))
        return [[day.isoformat(), last.isoformat()] for day in days]

    return {"metric": METRIC, "by": BY, "warm": spans(NEW, WARM), "new": spans(0, NEW), "same": spans(0, 1)[0]}


def figures(root: Path, host: str, cookie: str, web: Sequence[int]) -> list[Figure]:
    """`web`: the processes that answer pages; `cookie`: of the first face."""
    asked = questions(_last(root))
    with Watch() as watch:
        inside = _inside(root, asked)
        over = Line(host, cookie, web)
        over.timed(asked["warm"])
        new, same = over.timed(asked["new"]), over.timed([asked["same"]] * NEW)
    top, cpu = new[0] - inside[0][0], new[1] - inside[0][1]
    told = f"{new[0]:.1f} ms against {inside[0][0]:.1f}"
    return [
        watch.wall("metric over HTTP on top of the same in process", top, ON_TOP_MS, "ms", told),
        Figure(
            "the same, CPU of the server", cpu, ON_TOP_MS, "ms", f"{new[1]:.1f} ms against {inside[0][1]:.1f}"
        ),
        watch.wall(
            "repeated question over HTTP, in all", same[0], REPEATED_MS, "ms", f"in process {inside[1][0]:.1f} ms"
        ),
        Figure("the same, CPU of the server", same[1], REPEATED_MS, "ms", f"in process {inside[1][1]:.1f} ms"),
    ]  # fmt: skip


def _last(root: Path) -> date:
    code = "from opsloop.data.lake.manifest import newest; print(newest('transactions').last_day.isoformat())"
    return date.fromisoformat(workspace.python(workspace.environment(root), code))


def _inside(root: Path, asked: dict[str, Any]) -> list[list[float]]:
    script = str(Path(__file__).with_name("inside.py"))
    said = subprocess.run(
        [sys.executable, "-P", script], env=workspace.environment(root), input=json.dumps(asked), text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    found: list[list[float]] = json.loads(said.stdout.splitlines()[-1])
    return found


class Line:
    """One kept connection to the server, made anew when the server has closed it."""

    def __init__(self, host: str, cookie: str, web: Sequence[int]) -> None:
        self.connection = http.client.HTTPConnection(host)
        self.headers, self.web = {"Cookie": cookie, "Accept": "application/json"}, web

    def timed(self, spans: Sequence[Sequence[str]]) -> tuple[float, float]:
        """(median wall milliseconds, CPU milliseconds of the web processes) of a question."""
        took, cpu = [], self._cpu_ms()
        for since, until in spans:
            path = f"/sql/metrics/{METRIC}.json?grain=week&from={since}&to={until}" + "".join(f"&by={b}" for b in BY)
            began = time.perf_counter()
            try:
                status, body = self._asked(path)
            except ConnectionError:  # gunicorn closes a connection after 5 seconds of silence
                self.connection.close()
                began = time.perf_counter()
                status, body = self._asked(path)
            took.append((time.perf_counter() - began) * 1000)
            if status != 200 or not json.loads(body)["rows"]:
                raise RuntimeError(f"{path}: {status} {body[:300]!r}")
        return statistics.median(took), (self._cpu_ms() - cpu) / len(spans)

    def _asked(self, path: str) -> tuple[int, bytes]:
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def _cpu_ms(self) -> float:
        return 1000 * sum(map(workspace.cpu_s, self.web))
