"""Cases: a step through its act against a bare act, the hundredth loop against the first, one inbox among 200,000."""

from __future__ import annotations

import time
from datetime import timedelta

from django.utils import timezone

from bench.acts import row_and_act
from bench.measure import SMOKE, Figure, ratio
from bench.setup import people
from opsloop.base.acts import Call, perform
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, given, hold, person, position
from opsloop.engine.cases.models import Candidate, Case, WorkItem
from opsloop.engine.cases.reading import open_work
from opsloop.engine.cases.rows import insert_many
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.sops.tests.samples import sop

STEPS, BLOCKS, SIZE = 8, 20, 25
LOOPS, OPEN, CREW, PAGE = (50, 2_000, 50, 25) if SMOKE else (120, 200_000, 500, 25)
FIELDS = "fields:\n  - {id: cause, title: Cause}\n  - {id: good, title: Good}\n"
EIGHT = "\n".join(
    f"- {{id: s{i}, title: S{i}, do: bench, within: 4 hours, form: [cause]}}" for i in range(STEPS)
)  # fmt: skip
ROUND = f"""
- {{id: again, repeat_until: "good is yes", at_most: {LOOPS + 10}, steps: [
   {{id: try, title: Try, do: bench, form: [{{field: good, may: write}}]}}]}}
"""
COLUMNS = (
    "case_id", "no", "node", "kind", "activation", "round", "status", "seat", "weight", "needs", "position", "found",
    "authority", "candidates", "assignee_id", "limit", "opened", "due", "outcome", "comment", "automatic", "urges",
    "pauses",
)  # fmt: skip


def run() -> list[Figure]:
    cast = people()
    hold(cast.lin, position("bench", may=["bench.*", "cases.*"], sees={"*": "all"}), cast.company)
    return [step(cast), loops(cast), inbox(cast)]


def step(cast: Cast) -> Figure:
    """Complete a step with one field and a limit; the next step, with its limit, opens for the same position."""
    publish(sop(EIGHT, FIELDS), "eight")
    many = -(-SIZE * (BLOCKS + 1) // STEPS)
    numbers = item_numbers(cast)
    cases = [perform("cases.start", {"sop": "eight"}, Call(by=cast.lin)).pk for _case in range(many)]
    todo = iter([(pk, number) for pk in cases for number in numbers])

    def complete(_i: int) -> None:
        pk, number = next(todo)
        values = {"item": number, "values": [{"field": "cause", "value": "late"}]}
        perform("cases.complete", values, Call(by=cast.lin), on=pk)

    value, detail = ratio(complete, row_and_act(cast), blocks=BLOCKS, size=SIZE)
    return Figure("a step of a case through its act / a bare act", value, 3.0, "×", detail)


def item_numbers(cast: Cast) -> list[int]:
    """The numbers that the work of each step gets, by doing one case; they are the same in every case."""
    case = perform("cases.start", {"sop": "eight"}, Call(by=cast.lin))
    for _step in range(STEPS):
        number = WorkItem.objects.values_list("no", flat=True).get(case=case, status="open")
        values = {"item": number, "values": [{"field": "cause", "value": "late"}]}
        perform("cases.complete", values, Call(by=cast.lin), on=case.pk)
    return list(WorkItem.objects.filter(case=case, node__startswith="s", kind="do").exclude(node="start").order_by("no")
                .values_list("no", flat=True))  # fmt: skip


def loops(cast: Cast) -> Figure:
    """A step that is done again and again: does it cost more when a hundred rounds lie behind it?"""
    publish(sop(ROUND, FIELDS), "round")
    cases = [perform("cases.start", {"sop": "round"}, Call(by=cast.lin)).pk for _case in range(3)]

    def one_more(pk: int) -> float:
        number = WorkItem.objects.values_list("no", flat=True).get(case=pk, status="open")
        began = time.process_time()
        values = {"item": number, "values": [{"field": "good", "value": "no"}]}
        perform("cases.complete", values, Call(by=cast.lin), on=pk)
        return time.process_time() - began

    took = [[one_more(pk) for pk in cases] for _round in range(LOOPS)]
    early, late = (sorted(one for part in took[a:b] for one in part) for a, b in ((5, 25), (LOOPS - 20, LOOPS)))
    ms = [one[len(one) // 2] * 1000 for one in (late, early)]
    told = f"{ms[0]:.2f} ms after {LOOPS - 20} rounds, {ms[1]:.2f} ms in the first"
    return Figure("a step after 100 rounds of a loop / in the first rounds", ms[0] / ms[1], 1.15, "×", told)


def inbox(cast: Cast) -> Figure:
    """The first page of one person's work, when 200,000 tasks are open in the house; the bare query knows nothing of
    work that is offered to several and of whom one stands in for."""
    crew = [person(f"P{n}", cast.specialist, cast.ops) for n in range(CREW)]
    case = Case.objects.all()[0]
    fill(case, crew)
    me = crew[CREW // 2 + 1]

    def ours(_i: int) -> None:
        assert len(list(open_work(me).order_by("due", "pk")[:PAGE])) == PAGE

    def bare(_i: int) -> None:
        rows = WorkItem.objects.filter(assignee=me, status="open").exclude(kind="copy")
        assert len(list(rows.order_by("due", "pk")[:PAGE])) == PAGE

    value, detail = ratio(ours, bare)
    return Figure(f"one person's work among {OPEN:,} open tasks / the bare query", value, 2.0, "×", detail)


def fill(case: Case, crew: list[Person]) -> None:
    """Open work for everybody, a tenth of it still to be taken by one of three."""
    now = timezone.now()
    free = [n for n in range(OPEN) if n % 10 == 0]
    with given():
        insert_many(WorkItem, COLUMNS, (
            (case.pk, 1000 + n, "s1", "do", None, 1, "open", -1, 1, [], "bench", "", "", [],
             None if n % 10 == 0 else crew[n % CREW].pk, "4 hours", now, now + timedelta(minutes=n % 9973), "", "",
             False, 0, [])
            for n in range(OPEN)
        ))  # fmt: skip
        ids = dict(WorkItem.objects.filter(case=case, no__gte=1000, assignee=None).values_list("no", "pk"))
        insert_many(Candidate, ("item_id", "person_id"), (
            (ids[1000 + n], crew[(n // 10 + k) % CREW].pk) for n in free for k in range(3)
        ))  # fmt: skip
