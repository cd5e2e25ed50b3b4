"""A served demo: memory when idle, time to the first page, and what two pages weigh over the wire, cold."""

from __future__ import annotations

import http.cookiejar
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

from bench import answers
from bench.measure import Figure
from tests import workspace
from tests.workspace import Served

MEMORY_MB, FIRST_S, CHART_KB, PLAIN_KB = 250.0, 3.0, 450.0, 120.0
SETTLE_S = 45
"""Longer than what was put off at set-up takes, and than a worker that has grown by it waits before it makes room."""
NO_PROMOTIONS = "from opsloop.base.jobs.models import Job; Job.objects.filter(task='demo.bring_promotions').delete()"
"""20.9 million rows in the background would be measured with the rest."""
ASSET = re.compile(r"""(?:src|href)="(/static/[^"]+)\"""")


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="opsloop-bench-") as folder:
        root = Path(folder) / "demo"
        words = [sys.executable, "-m", "opsloop", "demo", "--no-serve", "--dir", str(root)]
        subprocess.run(words, env=workspace.environment(root), check=True, capture_output=True)
        workspace.python(workspace.environment(root), NO_PROMOTIONS)
        Timed(root).start().stop()  # the disk is warm from here
        one = Timed(root)
        try:
            return one.start().figures()
        finally:
            one.stop()


class Timed(Served):
    """`opsloop serve` on a workspace, timed from its start to its first page."""

    wall_s = cpu_s = 0.0

    def start(self, seconds: float = 60) -> Timed:
        began = time.monotonic()
        super().start(seconds)
        assert self.process is not None
        self.wall_s = time.monotonic() - began
        self.cpu_s = sum(map(workspace.cpu_s, workspace.tree(self.process.pid)))
        return self

    def figures(self) -> list[Figure]:
        time.sleep(SETTLE_S)
        assert self.process is not None
        pids = workspace.tree(self.process.pid)
        memory = sum(map(workspace.pss_mb, pids))
        visitor = Visitor(self.url)
        chart, plain = visitor.weight("/metrics/sales/"), visitor.weight("/people/")
        detail = f"{self.wall_s:.1f} s by the clock of a shared machine, {self.cpu_s:.1f} s CPU"
        return [
            Figure("two web processes and the worker, idle (PSS)", memory, MEMORY_MB, "MB", f"{len(pids)} processes"),
            Figure("serve to its first page", min(self.wall_s, self.cpu_s), FIRST_S, "s", detail),
            Figure("a page with a chart, cold", chart[0], CHART_KB, "KB", chart[1]),
            Figure("a page without, cold", plain[0], PLAIN_KB, "KB", plain[1]),
            *answers.figures(self.root, self.url.removeprefix("http://"), visitor.cookie, self._web()),
        ]

    def _web(self) -> list[int]:
        """The processes that answer pages: those below the supervisor's first child, which is gunicorn's own."""
        assert self.process is not None
        return workspace.tree(workspace.tree(self.process.pid)[1])[1:]


class Visitor:
    """The first face of the demo, with a browser's headers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.open.addheaders = [("User-Agent", "bench"), ("Referer", url + "/")]
        door = self.open.open(url + "/sign-in/demo/").read().decode()
        action, token = (
            re.search(r'action="(/sign-in/demo/\d+/)"', door),
            re.search(r'csrfmiddlewaretoken" value="(\w+)"', door),
        )
        assert action is not None and token is not None
        said = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1]}).encode()
        self.open.open(url + action[1], said).read()

    @property
    def cookie(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self.jar)

    def weight(self, path: str) -> tuple[float, str]:
        """(KB over the wire with brotli, what was counted): the page and every file that it names."""
        text = self.open.open(self.url + path).read().decode()
        sizes = {path: self._size(path)}
        for asset in sorted(set(ASSET.findall(text))):
            sizes[asset] = self._size(asset)
        total = sum(sizes.values()) / 1024
        biggest = max(sizes, key=lambda name: sizes[name])
        return total, f"{len(sizes)} files, the biggest {biggest} {sizes[biggest] / 1024:.0f} KB"

    def _size(self, path: str) -> int:
        asked = urllib.request.Request(self.url + path, headers={"Accept-Encoding": "br, gzip"})
        with self.open.open(asked) as answer:
            return len(answer.read()) + len(str(answer.headers))
