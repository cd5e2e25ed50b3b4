"""The web server is flooded and killed under concurrent acts: nothing is 'locked', nothing acknowledged is lost."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator

import pytest

from tests.torture.company import Company
from tests.torture.size import rounds

pytestmark = [pytest.mark.torture]


@pytest.fixture(scope="module")
def company(seeded: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """One served company for the flood and then for the kills."""
    one = seeded.copy(tmp_path_factory.mktemp("web") / "ws")
    one.start()
    yield one
    one.close()


def rename(company: Company, department: int, name: str) -> int:
    """One act over HTTP under its own key; answers the status."""
    body = {"title": name, "reason": "torture"}
    return company.ask("POST", f"/api/departments/{department}/rename", body, key=name).status


def test_sixteen_readers_and_eight_writers_meet_no_lock(company: Company) -> None:
    departments = company.department_ids()[:8]
    seen: list[tuple[str, int]] = []
    until = time.monotonic() + rounds(short=3, long=600)

    def read() -> None:
        while time.monotonic() < until:
            seen.append(("read", company.ask("GET", "/api/people/").status))

    def write(n: int, department: int) -> None:
        i = 0
        while time.monotonic() < until:
            i += 1
            seen.append(("write", rename(company, department, f"flood{n}-{i}")))

    threads = [threading.Thread(target=read) for _ in range(16)]
    threads += [threading.Thread(target=write, args=(n, d)) for n, d in enumerate(departments)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kinds = {kind: [status for k, status in seen if k == kind] for kind in ("read", "write")}
    assert set(kinds["read"]) == {200}
    assert set(kinds["write"]) == {200}
    assert "locked" not in company.printed()
    assert company.faults() == ""


def test_killing_the_server_loses_no_acknowledged_act(company: Company) -> None:
    departments = company.department_ids()[:6]
    acknowledged: list[str] = []
    stop = threading.Event()

    def write(n: int, department: int) -> None:
        i = 0
        while not stop.is_set():
            i += 1
            name = f"kill{n}-{i}"
            status = rename(company, department, name)
            if status == 200:
                acknowledged.append(name)
            elif status == 0:  # nobody listens: asking without a pause would only keep the server from starting
                time.sleep(0.05)

    threads = [threading.Thread(target=write, args=(n, d)) for n, d in enumerate(departments)]
    for thread in threads:
        thread.start()
    rnd = random.Random(7)
    try:
        for _ in range(rounds(short=2, long=200)):
            time.sleep(rnd.uniform(0.1, 0.7))
            company.kill()
            company.start()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        company.stop()
    assert len(acknowledged) > len(departments)
    assert set(acknowledged) - company.keys() == set()
    assert company.faults() == ""
