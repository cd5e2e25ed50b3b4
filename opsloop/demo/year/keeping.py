"""The year becomes rows: one act for each part, all of them in one transaction, so that a demo has the year or none."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from opsloop.base.acts import Call, acting, each
from opsloop.base.acts.about import ref
from opsloop.base.files.actions import attach_file
from opsloop.base.files.keep import store
from opsloop.base.jobs.robot import for_itself
from opsloop.base.people.beginning import setup_robot
from opsloop.base.people.models import Absence
from opsloop.base.policy.beginning import seeding
from opsloop.demo.year.handing import hand_over
from opsloop.demo.year.house import Company
from opsloop.demo.year.making import DAYS, SEED, simulate
from opsloop.demo.year.running import Run, Year
from opsloop.engine.cases.models import Case
from opsloop.engine.sops.models import Sop

LOAD = 0.8
"""Of what `habits` says: so much fits into the twenty seconds that a demo may take for its year."""
PART = 100
"""Cases of one act, and so of one entry of the ledger."""
TABLE = "case-steps"
"""The source of the house's own table that is collected anew when the year is there."""
PROOF = "模拟证据.txt"
PROOF_TEXT = """【模拟】演示用的占位证据

演示公司这一年的流程单是按标准流程模拟出来的，每一步由真实的流程引擎判定，人和事都是编的。
步骤要求的照片、截图、凭证在这里都由这一个文件代替。
"""


def keep_year(until: datetime | None = None, *, seed: int = SEED, days: int = DAYS, share: float = LOAD) -> int:
    """Simulate and write; answers how many cases. Once: where there are cases already nothing happens."""
    if Case.objects.exists() or not Sop.objects.filter(withdrawn=False).exists():
        return 0
    until = until or timezone.now()
    with without_gc():
        company = Company.read()
        year = simulate(company, until, proof(), seed=seed, days=days, share=share)
        return write(company, year)


def proof() -> int:
    """The one attachment that stands for every file of the year; it hangs at an SOP, so whoever reads that sees it."""
    with seeding():
        robot = setup_robot()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / PROOF
            path.write_text(PROOF_TEXT, encoding="utf-8")
            stored = store(path, robot, name=PROOF)
        at = Sop.objects.filter(withdrawn=False).order_by("ident")[0]
        with acting(Call(by=robot, via="demo")):
            return attach_file(by=robot, stored=stored, about=ref(at), name=PROOF).pk


def write(company: Company, year: Year) -> int:
    """All of it, part by part."""
    robot = for_itself(["demo.simulate"])
    rows = []
    for number, runs in enumerate(parts(year.runs)):
        absences = absences_of(company) if number == 0 else []
        rows.append((None, {"seed": year.seed, "part": number, "sha256": hand_over(number, runs, absences)}))
    for row in each("demo.simulate", rows, Call(by=robot, via="demo"), chunk=len(rows) or 1):
        if row.error is not None:
            raise row.error
    return len(year.runs)


def parts(runs: list[Run]) -> Iterator[list[Run]]:
    """Each case with all that it called, in parts of about the same size."""
    below: dict[int, list[Run]] = {}
    for run in runs:
        below.setdefault(run.above.no if run.above else -1, []).append(run)
    part: list[Run] = []
    for run in below.get(-1, []):
        todo = [run]
        while todo:
            one = todo.pop(0)
            part.append(one)
            todo += below.get(one.no, [])
        if len(part) >= PART:
            yield part
            part = []
    if part:
        yield part


def absences_of(company: Company) -> list[Absence]:
    """As rows."""
    return [
        Absence(person_id=one.pk, substitute_id=substitute, starts_at=since, ends_at=until, reason="【模拟】")
        for one in company.members.values() for since, until, substitute in one.away
    ]  # fmt: skip


@contextmanager
def without_gc() -> Iterator[None]:
    """Everything made here is kept until the end, so looking for garbage finds none."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
