"""What is published as urgent holds at once and is reviewed afterwards; small lines have their reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.inbox.models import Notice
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, person, position
from opsloop.playbook import queries
from opsloop.playbook.actions import call_review, draft, propose, publish, review
from opsloop.playbook.changes import LineRow
from opsloop.playbook.models import Publication
from opsloop.playbook.store import keep
from opsloop.playbook.telling import review_due
from opsloop.playbook.tests import samples
from opsloop.playbook.tests.test_actions import propose_folder
from opsloop.ui.testing import signed_in
from opsloop.ui.waiting import Lane, lanes_of

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def boss(cast: Cast, tmp_path: Path) -> Person:
    """A second person; the sample playbook is published."""
    publish(propose_folder(cast.robot, samples.write(tmp_path)), by=cast.robot)
    return person("Boss", position("director", may=["playbook.*"], sees={"*": "all"}), cast.company, language="en")


def row(text: str, small: str = "") -> LineRow:
    base = queries.newest_version("glossary", "operations")
    return LineRow("glossary", "operations", keep(samples.GLOSSARY.replace("案例", text)), base.number, small)


def urgent(by: Person) -> Publication:
    return publish(propose(by=by, reason="The hotline has changed.", lines=[row("实例")], urgent=True), by=by)


def test_it_holds_at_once_and_a_second_person_reviews_it(cast: Cast, boss: Person) -> None:
    made = urgent(cast.lin)
    assert made.waits_for_review and queries.to_review() == [made]
    assert [one.title for one in Notice.objects.filter(person=boss, kind="playbook.urgent")] == [
        f"{made} was published as urgent and is to be reviewed"
    ]
    line = lanes_of(boss)[Lane.APPROVE][0]
    assert (line.url, line.due) == (made.get_absolute_url(), review_due(made)) and not lanes_of(cast.lin)[Lane.APPROVE]
    assert "/act/playbook.review/" in signed_in(boss).get(made.get_absolute_url()).content.decode()
    with pytest.raises(Forbidden):
        review(made, by=cast.wu, note="Fine.")
    review(made, by=boss, note="Right, and kept.")
    assert (made.reviewed_by, queries.to_review()) == (boss, [])
    assert Entry.objects.filter(act="playbook.review").count() == 1
    assert Notice.objects.filter(person=cast.lin, kind="playbook.decided").exists()
    assert "Right, and kept." in signed_in(cast.lin).get(made.get_absolute_url()).content.decode()
    with pytest.raises(Refused, match="nothing to review"):
        review(made, by=boss, note="Again.")


def test_nobody_reviews_their_own(cast: Cast, boss: Person) -> None:
    with pytest.raises(Refused, match="proposed or wrote"):
        review(urgent(boss), by=boss, note="Fine.")


def test_an_overdue_review_is_called_to_mind(cast: Cast, boss: Person) -> None:
    made = urgent(cast.lin)
    with pytest.raises(Refused, match="not overdue"):
        call_review(made, by=cast.robot)
    with time_machine.travel(review_due(made) + timedelta(hours=1), tick=False):
        call_review(made, by=cast.robot)
    assert Notice.objects.get(person=boss, kind="playbook.urgent").count == 2
    assert Entry.objects.filter(act="playbook.call_review").count() == 1


def test_what_is_urgent_is_not_small_and_not_for_later(cast: Cast, boss: Person) -> None:
    for more in ({"small": True}, {"effective_from": timezone.localdate() + timedelta(days=2)}):
        with pytest.raises(Refused, match="holds at once"):
            propose(by=cast.lin, reason="In a hurry.", lines=[row("实例")], urgent=True, **more)  # type: ignore[arg-type]
    calm = publish(propose(by=cast.lin, reason="Clearer.", lines=[row("实例")]), by=cast.lin)
    with pytest.raises(Refused, match="nothing to review"):
        review(calm, by=boss, note="Not urgent.")


def test_the_reason_of_a_small_line_stands_beside_its_version(cast: Cast, boss: Person) -> None:
    made = publish(propose(by=cast.lin, reason="Clearer.", lines=[row("实例", "A typing error")]), by=cast.lin)
    assert queries.small_lines("glossary", "operations") == {made.pk: "A typing error"}
    page = signed_in(cast.lin).get("/playbook/glossary/operations/versions/").content.decode()
    assert (
        "A typing error" in page
        and "A typing error" in signed_in(cast.lin).get(made.get_absolute_url()).content.decode()
    )


def test_a_file_among_several_is_called_small_when_proposing(cast: Cast, boss: Person) -> None:
    one = draft(by=cast.lin, kind="glossary", ident="operations", sha256=row("实例").sha256, base=1)
    two = draft(by=cast.lin, kind="calendar", ident="company", sha256=keep(samples.CALENDAR + "note: 新\n"), base=1)
    lin, chosen = signed_in(cast.lin), {"draft": [one.pk, two.pk]}
    page = lin.get("/playbook/-/propose/", chosen).content.decode()
    assert 'name="small:glossary/operations"' in page and 'name="small:calendar/company"' in page
    answer = lin.post("/playbook/-/propose/", {**chosen, "reason": "Clearer.", "small:glossary/operations": "A word"})
    assert answer.status_code == 302
    lines = Publication.objects.order_by("-number")[0].lines
    assert {line.kind: line.small for line in lines.all()} == {"glossary": "A word", "calendar": ""}
