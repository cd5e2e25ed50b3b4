"""待放行 in the page: why, the figure against its usual, sample rows, the decision."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from opsloop.base.inbox.models import Notice
from opsloop.base.jobs.context import Context
from opsloop.base.jobs.lease import claim
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.run import run
from opsloop.base.jobs.tasks import tasks
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, given, hold, position
from opsloop.data.lake import store
from opsloop.data.sources import orders
from opsloop.data.sources.loading import load, turn_back
from opsloop.data.sources.models import Attempt, Load, LoadState, Source
from opsloop.data.sources.tests import samples
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db
TEXT = samples.ORDERS.replace("order_id: {", "order_id: {personal: identity, ") + "hold_if:\n  rows: {below: 0.5}\n"
LAST = datetime(2026, 3, 2, tzinfo=UTC).date()


def a_file(folder: Path, name: str, day: object, rows: int) -> Path:
    path = folder / name
    lines = [f"{name}-{n},{day} 12:{n % 60:02d}:00,10.50,已付" for n in range(rows)]
    path.write_text("订单编号,付款时间,实付金额,status\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def source(cast: Cast) -> Source:
    return samples.source(TEXT)


@pytest.fixture
def held(cast: Cast, source: Source, tmp_path: Path) -> Load:
    """Four Mondays of 100 rows, then one of 20."""
    for week in range(4, 0, -1):
        day = LAST - timedelta(weeks=week)
        [result] = load(source, [a_file(tmp_path, f"orders-{week}.csv", day, 100)], by=cast.lin)
        assert result.state == LoadState.LOADED, result.message
    [result] = load(source, [a_file(tmp_path, "orders-0.csv", LAST, 20)], by=cast.lin)
    assert result.state == LoadState.HELD
    return Load.objects.get(pk=result.load)


@pytest.fixture
def analyst(cast: Cast) -> Person:
    hold(cast.wu, position("keeper", may=["sources.release", "sources.turn_back"], sees={"*": "all"}), cast.data)
    with given():
        cast.wu.remember()
        cast.wu.language = "en"  # of what its jobs say
        cast.wu.save()
    return cast.wu


@pytest.fixture
def wu(analyst: Person) -> Client:
    return signed_in(analyst)


def rows_there() -> int:
    return int(store.fetch("select count(*) from orders", ["orders"])[0][0])


def test_the_page_says_why_with_the_usual_and_the_first_rows(held: Load, wu: Client) -> None:
    text = wu.get(held.get_absolute_url()).content.decode()
    for part in (
        "Rows: 20, only 20% of the usual 100; held below 50.",
        "Earlier loads",
        "This load",
        "12:03:00",
        "10.50",
    ):
        assert part in text, part
    assert "orders-0.csv-3" not in text, "identities are masked for those who do not read them"
    assert "held below 50" in wu.get("/sources/-/held/").content.decode()


def test_a_load_of_many_days_is_no_bar_among_those_of_one(
    cast: Cast, source: Source, wu: Client, tmp_path: Path
) -> None:
    path = a_file(tmp_path, "orders-9.csv", LAST - timedelta(weeks=6), 900)
    path.write_text(path.read_text(encoding="utf-8") + f"x-1,{LAST - timedelta(weeks=5)} 12:00:00,10.50,已付\n")
    assert load(source, [path], by=cast.lin)[0].state == LoadState.LOADED
    for week in range(4, 0, -1):
        assert load(source, [a_file(tmp_path, f"o-{week}.csv", LAST - timedelta(weeks=week), 100)], by=cast.lin)
    [result] = load(source, [a_file(tmp_path, "orders-0.csv", LAST, 20)], by=cast.lin)
    page = wu.get(Load.objects.get(pk=result.load).get_absolute_url()).content.decode()
    assert result.state == LoadState.HELD and "Earlier loads" in page and "901" not in page


def test_a_released_load_is_in_the_numbers_and_says_who_decided(held: Load, wu: Client, analyst: Person) -> None:
    before = rows_there()
    said = wu.post(f"/sources/-/loads/{held.pk}/decide/", {"decision": "release", "why": "The shop closed at noon"})
    assert said.status_code == 302
    held.refresh_from_db()
    assert (held.state, held.decided_by, held.decision) == (LoadState.LOADED, analyst, "The shop closed at noon")
    assert rows_there() == before + 20
    assert "The shop closed at noon" in wu.get(held.get_absolute_url()).content.decode()


def test_a_load_that_is_turned_back_hands_its_file_back(held: Load, wu: Client) -> None:
    before = rows_there()
    wu.post(f"/sources/-/loads/{held.pk}/decide/", {"decision": "turn_back", "why": "Half of the file"})
    held.refresh_from_db()
    assert (held.state, rows_there()) == (LoadState.TURNED_BACK, before)
    assert (settings.WORKSPACE.drop / "turned-back" / "orders-0.csv").exists()


def test_a_decision_needs_a_reason_and_the_right(cast: Cast, held: Load, wu: Client) -> None:
    url = f"/sources/-/loads/{held.pk}/decide/"
    assert wu.post(url, {"decision": "release", "why": " "}).status_code == 409
    assert signed_in(cast.chen).post(url, {"decision": "release", "why": "because"}).status_code == 403
    assert 'name="decision"' not in signed_in(cast.chen).get(held.get_absolute_url()).content.decode()
    assert wu.post("/sources/-/loads/999/decide/", {"why": "because"}).status_code == 404
    held.refresh_from_db()
    assert held.state == LoadState.HELD


def test_what_was_decided_is_not_decided_again(held: Load, wu: Client) -> None:
    url = f"/sources/-/loads/{held.pk}/decide/"
    wu.post(url, {"decision": "turn_back", "why": "Half of the file"})
    assert wu.post(url, {"decision": "release", "why": "on second thought"}).status_code == 409


def test_a_held_file_that_is_gone_says_so(held: Load, wu: Client) -> None:
    (settings.WORKSPACE.var / held.held_file).unlink()
    text = wu.get(held.get_absolute_url()).content.decode()
    assert "not there any more" in text


def job_of(answer: object) -> Job:
    """The job whose page an answer leads to."""
    return Job.objects.get(pk=int(str(answer.headers["Location"]).strip("/").rpartition("/")[2]))  # type: ignore[attr-defined]


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("decision", ["release", "turn_back"])
def test_a_large_held_file_is_decided_on_by_a_job_that_its_pages_follow(
    decision: str, held: Load, wu: Client, analyst: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "SMALL_BYTES", 100)
    at = f"/sources/-/loads/{held.pk}/decide/"
    answer = wu.post(at, {"decision": decision, "why": "The shop closed at noon"})
    job, page = job_of(answer), answer["Location"]
    assert job.behalf == analyst and "noon" not in job.args
    assert "Waiting" in wu.get(page).content.decode()
    there = wu.get(held.get_absolute_url()).content.decode()
    assert page in there and 'name="decision"' not in there, "nobody orders it twice"
    assert wu.post(at, {"decision": "release", "why": "Once more"}).status_code == 409
    taken = claim()
    assert taken is not None and taken.pk == job.pk
    run(taken)
    held.refresh_from_db()
    wanted = LoadState.LOADED if decision == "release" else LoadState.TURNED_BACK
    assert (held.state, held.decided_by, held.decision) == (wanted, analyst, "The shop closed at noon")
    assert "Done" in wu.get(page).content.decode()
    notice = Notice.objects.get(person=analyst, kind="sources.done")
    assert notice.link == page and not Attempt.objects.filter(prepared__isnull=False).exists()
    assert Entry.objects.get(act=f"sources.{decision}").behalf_id == analyst.pk


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_died_after_the_release_does_not_fail_when_tried_again(held: Load, analyst: Person) -> None:
    order = orders.Order(orders.Do.RELEASE, held.source, "The shop closed at noon", held)
    job = orders.put(order, analyst)
    first = Context(job, tasks[orders.TASK])
    orders.carry_out(first, json.loads(job.args)["order"])  # the worker dies before it is acknowledged
    taken = claim()
    assert taken is not None
    run(taken)
    assert "refused" not in orders.answer_of(Job.objects.get(pk=job.pk))
    assert rows_there() == 420


@pytest.mark.django_db(transaction=True)
def test_an_order_that_nothing_can_come_of_says_why_in_page_and_inbox(
    held: Load, wu: Client, analyst: Person, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "SMALL_BYTES", 100)
    answer = wu.post(f"/sources/-/loads/{held.pk}/decide/", {"decision": "release", "why": "As it should be"})
    turn_back(held, by=cast.lin, reason="It broke off")
    taken = claim()
    assert taken is not None
    run(taken)
    assert "It is not held." in wu.get(answer["Location"]).content.decode()
    assert "It is not held." in Notice.objects.get(person=analyst, kind="sources.done").title
    assert wu.get("/sources/-/work/999/").status_code == 404
