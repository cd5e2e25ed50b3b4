"""Draft, propose, approve, reject, withdraw, publish: works, refused, forbidden, recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.acts.about import ref
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Absence, Holding, Person, PersonKind, Position
from opsloop.base.policy.models import Mandate
from opsloop.base.policy.rules import can, limit
from opsloop.base.testing import Cast, given, hold, make, person, position
from opsloop.playbook import changes, queries
from opsloop.playbook.actions import approve, discard, draft, propose, publish, reject, withdraw
from opsloop.playbook.book import load
from opsloop.playbook.changes import LineRow
from opsloop.playbook.models import Content, Draft, Publication, Sealed, State, Version
from opsloop.playbook.reasons import reasons
from opsloop.playbook.store import keep, keep_all
from opsloop.playbook.tests import samples

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def boss(cast: Cast) -> Person:
    """A second person with every act, in a position that the sample playbook does not touch."""
    post = position("director", may=["playbook.*"], sees={"*": "all"})
    return person("Boss", post, cast.company)


def lines(folder: Path) -> list[LineRow]:
    book = load(folder)
    keep_all(item.text for item in book.items.values())
    return changes.against(book, queries.latest())


def propose_folder(by: Person, folder: Path, **values: object) -> Publication:
    return propose(by=by, reason="Because of the trial.", lines=lines(folder), **values)  # type: ignore[arg-type]


@pytest.fixture
def standing(cast: Cast, tmp_path: Path) -> Publication:
    """The sample playbook, published as the first one."""
    return publish(propose_folder(cast.robot, samples.write(tmp_path)), by=cast.robot)


def entry() -> Entry:
    found = Entry.objects.order_by("-id").first()
    assert found is not None
    return found


def test_a_draft_is_kept_once_per_person_and_file_even_when_wrong(cast: Cast) -> None:
    one = draft(by=cast.lin, kind="position", ident="buyer", sha256=keep("title: nothing else"))
    two = draft(by=cast.lin, kind="position", ident="buyer", sha256=keep("better"))
    assert (one.pk, Draft.objects.count()) == (two.pk, 1)
    assert entry().act == "playbook.draft"
    assert "better" not in entry().body
    draft(by=cast.robot, kind="position", ident="buyer", sha256=keep("other"))
    assert Draft.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "ident", "known"), [("dragon", "x", True), ("position", "Not An Id", True), ("position", "x", False)]
)
def test_a_draft_needs_a_kind_an_id_and_a_kept_text(cast: Cast, kind: str, ident: str, known: bool) -> None:
    with pytest.raises(Refused):
        draft(by=cast.lin, kind=kind, ident=ident, sha256=keep("x") if known else "0" * 64)


def test_those_whose_position_does_not_say_so_may_do_nothing(cast: Cast, standing: Publication) -> None:
    for do in (
        lambda: draft(by=cast.zhao, kind="position", ident="x", sha256=keep("x")),
        lambda: propose(by=cast.wu, reason="I want it.", lines=[LineRow("position", "x", keep("x"))]),
        lambda: approve(standing, by=cast.wu),
        lambda: reject(standing, by=cast.wu, reason="No reason."),
        lambda: withdraw(standing, by=cast.wu, reason="No reason."),
        lambda: publish(standing, by=cast.wu),
    ):
        with pytest.raises(Forbidden):
            do()
    one = draft(by=cast.lin, kind="position", ident="x", sha256=keep("x"))
    with pytest.raises(Forbidden):
        discard(one, by=cast.wu)


def test_only_its_writer_discards_a_draft_and_only_once(cast: Cast, boss: Person) -> None:
    one = draft(by=cast.lin, kind="position", ident="x", sha256=keep("x"))
    with pytest.raises(Refused):
        discard(one, by=boss)
    discard(one, by=cast.lin)
    assert one.closed_at is not None and entry().act == "playbook.discard"
    with pytest.raises(Refused):
        discard(one, by=cast.lin)


def test_the_first_publication_of_a_workspace_needs_no_second_person(cast: Cast, standing: Publication) -> None:
    assert standing.state == State.PUBLISHED
    assert Version.objects.count() == 6
    post = Position.objects.get(code="operations-specialist")
    assert (post.title, post.title_en, post.headcount) == ("运营专员", "Operations specialist", 4)
    assert (post.reports_to.code, post.department) == ("operations-manager", cast.ops)  # type: ignore[union-attr]
    mandate = Mandate.objects.filter(position=post).latest("id")
    assert (mandate.sees, mandate.from_day) == ({"*": "department"}, timezone.localdate())
    assert mandate.limits == {"compensation": {"each": 200, "per_day": 2000}}
    assert limit(cast.chen, "compensation") == 200


def test_the_entry_of_a_publication_holds_the_hash_of_every_version(standing: Publication) -> None:
    body = Entry.objects.get(act="playbook.publish").body
    assert all(v.sha256 in body for v in Version.objects.all())


def test_a_wrong_file_is_refused_with_its_place(cast: Cast, tmp_path: Path) -> None:
    text = samples.MANAGER.replace("weight: 60", "weight: 50")
    with pytest.raises(Refused, match=r"positions/operations-manager\.md:4"):
        propose_folder(cast.lin, samples.write(tmp_path, operations_manager=text))
    assert not Publication.objects.exists()


def test_what_changes_no_rights_is_published_by_one_person(cast: Cast, standing: Publication, tmp_path: Path) -> None:
    samples.write(tmp_path, operations_specialist=samples.SPECIALIST.replace("例会", "群"))
    made = publish(propose_folder(cast.lin, tmp_path), by=cast.lin)
    assert (made.rights_of, made.state) == ([], State.PUBLISHED)
    newest = queries.version_at("position", "operations-specialist")
    assert newest is not None and newest.number == 2 and "群" in newest.text


WIDER = samples.SPECIALIST.replace("each: 200", "each: 900")


def test_what_changes_rights_waits_for_a_second_person(
    cast: Cast, boss: Person, standing: Publication, tmp_path: Path
) -> None:
    made = propose_folder(cast.lin, samples.write(tmp_path, operations_specialist=WIDER))
    assert made.rights_of == ["operations-specialist"]
    with pytest.raises(Refused, match="second person"):
        publish(made, by=cast.lin)
    with pytest.raises(Refused):
        approve(made, by=cast.lin)
    with pytest.raises(Refused):
        approve(made, by=cast.robot)
    assert limit(cast.chen, "compensation") == 200
    approve(made, by=boss, note="As agreed.")
    assert (made.state, made.decided_by, entry().act) == (State.APPROVED, boss, "playbook.approve")
    publish(made, by=cast.lin)
    assert limit(cast.chen, "compensation") == 900


def test_nobody_approves_the_widening_of_their_own_position(
    cast: Cast, boss: Person, standing: Publication, tmp_path: Path
) -> None:
    made = propose_folder(cast.lin, samples.write(tmp_path, operations_specialist=WIDER))
    hold(boss, Position.objects.get(code="operations-specialist"), cast.ops)
    with pytest.raises(Refused, match="own position"):
        approve(made, by=boss)
    narrower = samples.SPECIALIST.replace("each: 200", "each: 100")
    less = propose_folder(cast.lin, samples.write(tmp_path, operations_specialist=narrower))
    approve(less, by=boss)


def test_who_wrote_a_draft_does_not_approve_it(cast: Cast, boss: Person, standing: Publication) -> None:
    one = draft(by=boss, kind="position", ident="operations-specialist", sha256=keep(WIDER), base=1)
    made = propose(
        by=cast.lin, reason="Brought forward.", lines=[LineRow("position", "operations-specialist", one.sha256, 1)]
    )
    with pytest.raises(Refused, match="second person"):
        approve(made, by=boss)


def test_a_substitute_does_not_approve_for_the_proposer(
    cast: Cast, standing: Publication, tmp_path: Path, boss: Person
) -> None:
    made = propose_folder(boss, samples.write(tmp_path, operations_specialist=WIDER))
    make(Absence, person=boss, substitute=cast.wu, starts_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(Refused, match="second person"):
        approve(made, by=cast.wu)


def test_a_rejected_proposal_is_not_published_and_its_drafts_stay_open(
    cast: Cast, boss: Person, standing: Publication
) -> None:
    one = draft(by=cast.lin, kind="position", ident="operations-specialist", sha256=keep(WIDER), base=1)
    made = propose(by=cast.lin, reason="More trust.", lines=[LineRow(one.kind, one.ident, one.sha256, 1)])
    reject(made, by=boss, reason="Too much at once.")
    assert entry().act == "playbook.reject"
    for do in (lambda: publish(made, by=cast.lin), lambda: approve(made, by=boss)):
        with pytest.raises(Refused):
            do()
    one.refresh_from_db()
    assert one.closed_at is None


def test_only_the_proposer_withdraws_and_publishing_closes_the_drafts(
    cast: Cast, boss: Person, standing: Publication
) -> None:
    text = samples.GLOSSARY.replace("案例", "实例")
    one = draft(by=cast.lin, kind="glossary", ident="operations", sha256=keep(text), base=1)
    rows = [LineRow(one.kind, one.ident, one.sha256, 1)]
    first = propose(by=cast.lin, reason="Clearer.", lines=rows)
    with pytest.raises(Refused):
        withdraw(first, by=boss, reason="Not mine.")
    withdraw(first, by=cast.lin, reason="Not yet.")
    assert (first.state, entry().act) == (State.WITHDRAWN, "playbook.withdraw")
    publish(propose(by=cast.lin, reason="Now it is.", lines=rows), by=cast.lin)
    one.refresh_from_db()
    assert one.closed_at is not None


def test_the_reasons_of_drafts_go_along_and_are_read_together(cast: Cast, standing: Publication) -> None:
    def reads_of(things: list[Publication], word: str) -> int:
        text = keep(samples.GLOSSARY.replace("案例", word))
        for one in things:
            draft(by=cast.lin, kind="glossary", ident="operations", sha256=text, base=1, about=ref(one))
        with CaptureQueriesContext(connection) as asked:
            made = propose(by=cast.lin, reason="Clearer.", lines=[LineRow("glossary", "operations", text, 1)])
        assert reasons([made], cast.lin) == things
        return sum(one["sql"].startswith("SELECT") and 'FROM "playbook_publication"' in one["sql"] for one in asked)

    few = [standing]
    many = [*few, *(make(Publication, number=n, reason="Older.", effective_from=timezone.localdate(),
                         proposed_by=cast.robot) for n in range(90, 95))]  # fmt: skip
    assert reads_of(few, "实例") == reads_of(many, "样例")


def test_a_proposal_from_an_older_version_is_refused(cast: Cast, standing: Publication) -> None:
    one = [LineRow("glossary", "operations", keep(samples.GLOSSARY.replace("案例", "实例")), 1)]
    two = [LineRow("glossary", "operations", keep(samples.GLOSSARY.replace("案例", "样例")), 1)]
    first, second = (propose(by=cast.lin, reason="Clearer.", lines=rows) for rows in (one, two))
    publish(first, by=cast.lin)
    with pytest.raises(Refused, match="meanwhile"):
        publish(second, by=cast.lin)


@pytest.mark.parametrize("what", ["nothing", "same", "twice", "kind", "past"])
def test_a_proposal_of_nothing_or_nonsense_is_refused(cast: Cast, standing: Publication, what: str) -> None:
    good = LineRow("glossary", "operations", keep(samples.GLOSSARY.replace("案例", "实例")), 1)
    rows = {
        "nothing": [],
        "same": [LineRow("glossary", "operations", keep(samples.GLOSSARY), 1)],
        "twice": [good, good],
        "kind": [LineRow("dragon", "x", keep("x"))],
        "past": [good],
    }[what]
    day = timezone.localdate() - timedelta(days=1) if what == "past" else None
    with pytest.raises(Refused):
        propose(by=cast.lin, reason="No reason.", lines=rows, effective_from=day)


def test_a_later_day_leaves_todays_rights_as_they_are(
    cast: Cast, boss: Person, standing: Publication, tmp_path: Path
) -> None:
    day = timezone.localdate() + timedelta(days=10)
    made = propose_folder(cast.lin, samples.write(tmp_path, operations_specialist=WIDER), effective_from=day)
    approve(made, by=boss)
    publish(made, by=cast.lin)
    assert limit(cast.chen, "compensation") == 200
    today, then = (queries.published(d).get("position", "operations-specialist") for d in (None, day))
    assert (today.limits["compensation"]["each"], then.limits["compensation"]["each"]) == (200, 900)
    earlier = LineRow("position", "operations-specialist", keep(samples.SPECIALIST.replace("例会", "群")), 2)
    with pytest.raises(Refused, match="cannot hold before"):
        propose(by=cast.lin, reason="In between.", lines=[earlier])


def test_a_position_whose_file_is_gone_is_withdrawn_when_nobody_holds_it(
    cast: Cast, boss: Person, standing: Publication, tmp_path: Path
) -> None:
    samples.write(tmp_path, operations_specialist="", english="")
    made = approve(propose_folder(cast.lin, tmp_path), by=boss)
    with pytest.raises(Refused, match="still hold"):
        publish(made, by=cast.lin)
    with given():
        Holding.objects.filter(person=cast.chen).update(ends_at=timezone.now() - timedelta(minutes=1))
    publish(made, by=cast.lin)
    post = Position.objects.get(code="operations-specialist")
    assert post.withdrawn_at is not None
    assert queries.version_at("position", "operations-specialist") is None
    assert queries.history("position", "operations-specialist")[0].withdrawn
    assert not can(cast.chen, "playbook.draft")


def test_taking_away_what_others_name_is_refused(cast: Cast, standing: Publication) -> None:
    with pytest.raises(Refused, match="operations-specialist"):
        propose(by=cast.lin, reason="No longer.", lines=[LineRow("position", "operations-manager", "", 1)])


def test_versions_and_texts_are_sealed(standing: Publication) -> None:
    version = Version.objects.first()
    for do in (
        lambda: version.save(),
        lambda: version.delete(),
        lambda: Version.objects.all().delete(),
        lambda: Version.objects.update(number=9),
        lambda: Content.objects.update(text=""),
    ):
        with pytest.raises(Sealed):
            do()


def test_a_text_that_was_changed_behind_the_program_is_not_published(cast: Cast) -> None:
    sha256 = keep(samples.GLOSSARY)
    with connection.cursor() as cursor:
        cursor.execute("update playbook_content set text = %s where sha256 = %s", ["title: x\nterms: []\n", sha256])
    with pytest.raises(Refused, match="changed in the database"):
        propose(by=cast.lin, reason="As it is.", lines=[LineRow("glossary", "operations", sha256)])


def test_dates_and_people_stand_on_the_publication(cast: Cast, standing: Publication) -> None:
    assert isinstance(standing.effective_from, date)
    assert standing.published_at is not None
    assert standing.proposed_by == cast.robot
    assert cast.robot.kind == PersonKind.ROBOT
