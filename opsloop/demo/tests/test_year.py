"""The simulated year: everything in it is what the engine makes of what people say, and nobody works while away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings

from opsloop.base.acts import Refused
from opsloop.base.acts.registry import registry
from opsloop.base.jobs.robot import for_itself
from opsloop.base.kinds.fields import plain
from opsloop.base.ledger import chain
from opsloop.base.ledger.models import Entry, EntryObject
from opsloop.base.people.models import Absence, Person, Position
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import department, given, hold, make
from opsloop.demo import actions
from opsloop.demo.company import DEPARTMENTS, MEMBERS
from opsloop.demo.year import keeping
from opsloop.demo.year.answers import MARK
from opsloop.demo.year.habits import CALLED, HABITS
from opsloop.demo.year.house import Company, Gift, Then, gifts
from opsloop.demo.year.making import pairs_of, simulate
from opsloop.demo.year.running import Year
from opsloop.demo.year.staff import draw_absences
from opsloop.engine.cases import building, carrying, casevalues, store
from opsloop.engine.cases.advance import advance
from opsloop.engine.cases.columns import TIMERS
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.state import State, Status, Vote
from opsloop.engine.cases.lateness import is_late
from opsloop.engine.cases.models import Case, CaseEvent, CaseState
from opsloop.engine.cases.tests.playing import check
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.tests.samples import read

ACT = registry.pop("demo.simulate")
"""The act of a demo workspace; the other tests are about real ones, which have no such act."""
UNTIL = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
DAYS, SHARE, SEED = 45, 0.35, 7
EIGHT_HUNDRED = Decimal(800)
STANDARD = Path(__file__).parents[3] / "playbooks" / "standard.zh"
LIMITS = {
    "customer-service-agent": 200,
    "customer-service-head": 1000,
    "operations-manager": 5000,
    "operations-director": 50000,
}
BEGUN_BY_ITSELF = ("started", "opened", "offered")
"""A sub-case is begun by the case above in its initiator's name, wherever they are."""
ABOVE = {
    "customer-service-agent": "customer-service-head", "customer-service-head": "operations-manager",
    "operations-specialist": "operations-manager", "data-analyst": "operations-manager",
    "content-editor": "operations-manager", "operations-manager": "operations-director",
    "store-manager": "department-head",
}  # fmt: skip


@dataclass
class Made:
    year: Year
    company: Company


@pytest.fixture
def house(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The demo's people in their positions, and the standard's SOPs in force."""
    monkeypatch.setitem(registry, "demo.simulate", ACT)
    monkeypatch.setattr(settings, "WORKSPACE", replace(settings.WORKSPACE, demo=True))
    monkeypatch.setattr(keeping, "proof", lambda: 1)
    places = {}
    for code, title, above in DEPARTMENTS:
        places[code] = department(code, title, places[above] if above else None)
    posts: dict[str, Position] = {}
    for member in MEMBERS:
        if member.position not in posts:
            post = posts[member.position] = make(Position, code=member.position, title=member.position)
            each = LIMITS.get(member.position, 0)
            limits = {"compensation": {"each": each}, "campaign_budget": {"each": each * 10}} if each else {}
            make(Mandate, position=post, from_day=date(2020, 1, 1), version="test", limits=limits, sees={"*": "all"})
        person = make(Person, name=member.name, number=member.number)
        hold(person, posts[member.position], places[member.department])
    for low, high in ABOVE.items():
        _report(posts[low], posts[high])
    for ident in (*HABITS, *CALLED):
        _publish(ident)
    yield


def _report(low: Position, high: Position) -> None:
    with given():
        row = Position.objects.get(pk=low.pk)
        row.reports_to = high
        row.save()


def _publish(ident: str) -> None:
    text = (STANDARD / "sops" / f"{ident}.md").read_text(encoding="utf-8")
    item = read(text, ident)
    assert item.obj is not None, item
    definition = plain(type(item.obj), item.obj)
    sha = sha256(text.encode()).hexdigest()
    make(Sop, ident=ident, definition=definition, number=1, sha256=sha, title=item.obj.title, withdrawn=False)


@pytest.fixture
def made(house: None, monkeypatch: pytest.MonkeyPatch) -> Made:
    """The year in the database, and in memory as it was simulated."""
    kept: list[Made] = []

    def simulated(company: Company, until: datetime, proof: int, **how: float) -> Year:
        kept.append(Made(simulate(company, until, proof, **how), company))  # type: ignore[arg-type]
        return kept[0].year

    monkeypatch.setattr(keeping, "simulate", simulated)
    assert keeping.keep_year(UNTIL, seed=SEED, days=DAYS, share=SHARE) == Case.objects.count() > 60
    return kept[0]


def stored(case: Case) -> State:
    """All rows of a case."""
    found = store.load(case, casevalues.typed(building.definition(case.edition), case.values), None, back=True)
    return replace(found, timers=TIMERS.read("case_id = %s", case.pk))


@pytest.mark.both
def test_a_year_holds_together(made: Made) -> None:
    """One long test, since the year is made once: each part of it is a promise of the demo's README."""
    cases = {run.no: Case.objects.get(pk=run.case.pk) for run in made.year.runs}
    again = replayed(made)
    for run in made.year.runs:
        now = stored(cases[run.no])
        assert now == again[run.no], f"{run.case.title} is not what its commands come to"
        check(run.program, now)
        moments = [at for _event, at in run.log]
        assert moments == sorted(moments)
        assert moments[-1] <= UNTIL
        assert run.case.title.startswith(MARK)
    nothing_is_left_lying(made.year)
    nobody_works_while_away()
    in_the_ledger(cases)
    what_makes_it_real()


def replayed(made: Made) -> dict[int, State]:
    """Every command once more, in its order, from nothing."""
    company = Company.read()
    for pk, member in company.members.items():
        member.away = made.company.members[pk].away
    by_no = {run.no: run for run in made.year.runs}  # one that could not begin leaves a gap
    states: dict[int, State] = {no: State() for no in by_no}
    company.states = states
    said = sorted((n, at, run.no, what) for run in made.year.runs for n, at, what in run.said)
    for _n, at, no, what in said:
        run = by_no[no]
        house = Then(run.case, run.file.calendar, at, company)
        out = advance(run.program, states[no], what, at, house)
        given = carrying.given_by(Desk(run.program, out.state, at, house, None), states[no])
        states[no] = out.state
        company.gifts += gifts(given, out, run.case, no, at, states)
    return states


def nothing_is_left_lying(year: Year) -> None:
    """Work may be late, but somebody is going to do it: what is added, handed over and sent back is planned again."""
    late = [
        (run.case.title, item.node, item.due) for run in year.runs if run.live for item in run.state.items.values()
        if item.status == Status.OPEN and item.due is not None and UNTIL - item.due > timedelta(days=28)
    ]  # fmt: skip
    assert late == []


def nobody_works_while_away() -> None:
    away = {}
    for one in Absence.objects.all():
        away.setdefault(one.person_id, []).append((one.starts_at, one.ends_at))
    assert away
    said = CaseEvent.objects.exclude(by=None).exclude(case__parent__isnull=False, verb__in=BEGUN_BY_ITSELF)
    for by, at, verb, sop in said.values_list("by", "at", "verb", "case__sop"):
        assert not any(since <= at < until for since, until in away.get(by, ())), (by, at, verb, sop)


def in_the_ledger(cases: dict[int, Case]) -> None:
    assert not chain.verify()
    entries = set(Entry.objects.filter(act="demo.simulate").values_list("id", flat=True))
    assert set(CaseEvent.objects.values_list("entry", flat=True)) == entries
    told = EntryObject.objects.filter(object_type="cases.case", entry_id__in=entries)
    assert set(told.values_list("object_id", flat=True)) == {one.pk for one in cases.values()}


def what_makes_it_real() -> None:
    verbs = set(CaseEvent.objects.values_list("verb", flat=True))
    assert {"claimed", "began", "completed", "agreed", "returned", "warn", "overdue"} <= verbs
    assert set(Case.objects.values_list("sop", flat=True)) >= set(HABITS)
    assert Case.objects.filter(status=CaseState.RUNNING).exists()
    assert CaseEvent.objects.exclude(behalf=None).exists()


def test_some_are_entered_late_with_both_times_and_a_reason(house: None) -> None:
    """About one in forty of what customers say; the limits run from when they said it."""
    year = simulate(Company.read(), UNTIL, 1, seed=SEED, days=60, share=1.5)
    told = [one for one in year.runs if one.above is None and one.state.head.happened is not None]
    late = [one for one in told if is_late(one.case, one.file, one.state.head.happened, one.state.head.started)]
    assert 0.01 < len(late) / len(told) < 0.06
    for run in late:
        said = [(event.by, at) for event, at in run.log if "补录原因" in str(event.data.get("text"))]
        assert said == [(run.state.head.initiator, run.state.head.started)]
    others = [event.data.get("text") for one in told if one not in late for event, _at in one.log]
    assert not any("补录原因" in str(text) for text in others)


def test_a_second_time_nothing_is_made(house: None) -> None:
    assert keeping.keep_year(UNTIL, seed=SEED, days=8, share=SHARE) > 0
    assert keeping.keep_year(UNTIL, seed=SEED, days=8, share=SHARE) == 0


def test_the_same_seed_is_the_same_year(house: None) -> None:
    first, second = (simulate(Company.read(), UNTIL, 1, seed=3, days=10, share=SHARE) for _n in range(2))
    assert [(one.case.title, one.said) for one in first.runs] == [(one.case.title, one.said) for one in second.runs]
    other = simulate(Company.read(), UNTIL, 1, seed=4, days=10, share=SHARE)
    assert [one.case.title for one in first.runs] != [one.case.title for one in other.runs]


def test_absences_do_not_depend_on_where_the_database_began_to_count(house: None) -> None:
    here = Company.read()
    company = [replace(one, pk=one.pk + 1000, away=[]) for one in here.members.values()]
    away = {pk + 1000: other + 1000 for pk, other in pairs_of(here).items()}
    since = UNTIL - timedelta(days=120)
    draw_absences(here.members.values(), pairs_of(here), since, UNTIL, SEED)
    draw_absences(company, away, since, UNTIL, SEED)
    assert [[one[:2] for one in member.away] for member in company] == [
        [one[:2] for one in member.away] for member in here.members.values()
    ]
    assert sum(len(member.away) for member in company) > len(company)


def test_a_split_request_goes_up_to_whose_limit_covers_both(house: None) -> None:
    """Twice 800 for one customer within a week is 1,600: beyond the head, so the manager decides."""
    company = Company.read()
    year = simulate(company, UNTIL, 1, seed=SEED, days=2, share=0)
    head, manager = company.who("customer-service-head")[0], company.who("operations-manager")[0]
    run = year.begin("complaint", company.who("customer-service-agent")[0], UNTIL)
    assert run is not None
    assert run.house.covers(head, "compensation", EIGHT_HUNDRED)
    before = Case(sop="complaint", key=run.case.key)
    states = {99: State(votes={1: Vote(1, 1, 1, 1, head, None, True)})}
    gift = Gift("compensation", EIGHT_HUNDRED, UNTIL - timedelta(days=3), head, before, 1, states, 99)
    company.gifts.append(gift)
    assert not run.house.covers(head, "compensation", EIGHT_HUNDRED)
    assert run.house.covers(manager, "compensation", EIGHT_HUNDRED)
    states[99] = State(votes={1: Vote(1, 1, 1, 1, head, None, True, void=True)})
    assert run.house.covers(head, "compensation", EIGHT_HUNDRED)


def test_what_was_not_handed_over_is_not_made_up(house: None) -> None:
    robot = for_itself(["demo.simulate"])
    with pytest.raises(Refused, match="handed over"):
        actions.simulate(by=robot, seed=1, part=0, sha256="x")


def test_a_real_workspace_has_no_simulated_cases(house: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "WORKSPACE", replace(settings.WORKSPACE, demo=False))
    robot = for_itself(["demo.simulate"])
    with pytest.raises(Refused, match="demo workspace"):
        actions.simulate(by=robot, seed=1, part=0, sha256="x")
