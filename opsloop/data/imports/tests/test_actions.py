"""Acts of imports: works, refused, forbidden, recorded."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.jobs.models import Job
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, given, make
from opsloop.data.imports import actions, findings
from opsloop.data.imports.models import Finding, Import, State
from opsloop.data.imports.tests import samples
from opsloop.data.sources.models import Headings, Load, LoadState, Source
from opsloop.data.sources.remembering import Called
from opsloop.data.sources.tests import samples as sources

pytestmark = pytest.mark.django_db
VALUES: dict[str, Any] = {
    "title": "门店台账", "owner": "operations-manager", "arrives": {"drop": "门店台账*"}, "every": "never",
    "key": ["document_id"], "time": "day_of",
    "columns": {"document_id": {"type": "text", "title": "单据编号", "required": True},
                "day_of": {"type": "date", "title": "营业日期"}, "amount": {"type": "money", "title": "金额"}},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _english() -> Any:
    with override("en"):
        yield


@pytest.fixture
def wu(cast: Cast) -> Person:
    return samples.importer(cast)


@pytest.fixture
def one(wu: Person, tmp_path: Path) -> Import:
    return samples.brought(wu, tmp_path)


def last() -> tuple[str, int]:
    entry = Entry.objects.order_by("-pk")[0]
    return entry.act, entry.by_id


def described(one: Import, by: Person, **more: Any) -> Import:
    return actions.describe(one, by=by, ident="store-ledger", definition=json.dumps({**VALUES, **more}))


def loaded(one: Import, by: Person, state: str = "loaded") -> Load:
    now = timezone.now()
    return make(Load, id=1, source=one.source, source_version=1, file="x", state=state, by=by, began_at=now,
                ended_at=now)  # fmt: skip


@pytest.mark.both
def test_a_file_is_begun_once_and_goes_on_where_it_was(cast: Cast, one: Import, wu: Person, tmp_path: Path) -> None:
    assert last() == ("imports.begin", wu.pk) and one.state == State.OPEN
    assert samples.brought(wu, tmp_path, name="again.csv").pk == one.pk
    with pytest.raises(Forbidden):
        actions.begin(by=cast.chen, stored=one.stored, name="x")  # type: ignore[arg-type]


def test_how_it_is_read_is_said_while_it_is_open(cast: Cast, one: Import, wu: Person) -> None:
    one = actions.read_as(one, by=wu, skip=2, sheet="数据")
    assert (one.skip, one.sheet, last()) == (2, "数据", ("imports.read_as", wu.pk))
    with pytest.raises(Forbidden):
        actions.read_as(one, by=cast.chen, skip=1)
    actions.give_up(one, by=wu)
    with pytest.raises(Refused):
        actions.read_as(Import.objects.get(), by=wu, skip=1)


def test_for_which_source_it_is(cast: Cast, one: Import, wu: Person) -> None:
    source = sources.source()
    one = actions.choose(one, by=wu, source=source, columns=[Called("order_id", "单据编号")])
    assert one.columns == {"order_id": "单据编号"} and last() == ("imports.choose", wu.pk)
    with pytest.raises(Forbidden):
        actions.choose(one, by=cast.chen, source=source, columns=[])
    one = described(one, wu)
    assert one.source is None and one.columns == {} and last() == ("imports.describe", wu.pk)
    with pytest.raises(Forbidden):
        described(one, cast.chen)
    with pytest.raises(Refused, match="no JSON object"):
        actions.describe(one, by=wu, ident="x", definition="[1]")
    actions.give_up(one, by=wu)
    for again in (lambda: described(Import.objects.get(), wu),
                  lambda: actions.choose(Import.objects.get(), by=wu, source=source, columns=[])):  # fmt: skip
        with pytest.raises(Refused):
            again()


@pytest.mark.both
def test_into_a_source_it_is_loaded_and_the_headings_are_remembered(cast: Cast, one: Import, wu: Person) -> None:
    source = sources.source()
    with pytest.raises(Refused, match="Say first"):
        actions.commit(one, by=wu, headings=["a"])
    said = [
        Called("order_id", "单据编号"),
        Called("paid_at", "营业日期"),
        Called("amount", "金额"),
        Called("status", "备注"),
    ]
    one = actions.choose(Import.objects.get(), by=wu, source=source, columns=said)
    with pytest.raises(Forbidden):
        actions.commit(one, by=cast.chen, headings=[])
    one = actions.commit(one, by=wu, headings=["单据编号", "营业日期", "门店", "金额", "备注"])
    assert one.state == State.LOADING and Headings.objects.get().file == one.name
    acts = set(Entry.objects.order_by("-pk").values_list("act", flat=True)[:2])
    assert acts == {"imports.commit", "sources.map"}
    job = Job.objects.get(task="imports.load")
    assert job.behalf == wu and json.loads(job.args) == {"brought": one.pk}
    with pytest.raises(Refused):
        actions.commit(Import.objects.get(), by=wu, headings=[])
    with pytest.raises(Refused):
        actions.give_up(Import.objects.get(), by=wu)


def test_headings_that_do_not_fit_are_refused_and_nothing_is_kept(cast: Cast, one: Import, wu: Person) -> None:
    one = actions.choose(one, by=wu, source=sources.source(), columns=[Called("order_id", "单据编号")])
    with pytest.raises(Refused, match="Nothing in the file"):
        actions.commit(one, by=wu, headings=["单据编号"])
    assert Import.objects.get().state == State.OPEN and not Headings.objects.exists() and not Job.objects.exists()


def test_a_new_source_is_published_by_who_may_and_then_loaded(cast: Cast, tmp_path: Path) -> None:
    wu = samples.importer(cast, "playbook.propose", "playbook.publish")
    samples.publish_standard(cast, tmp_path)
    one = actions.commit(described(samples.brought(wu, tmp_path), wu), by=wu, headings=[])
    source = Source.objects.get(ident="store-ledger")
    assert (one.state, one.source, one.publication) == (State.LOADING, source, 2)
    assert source.definition["columns"]["amount"] == {"type": "money", "title": "金额"}
    assert Job.objects.filter(task="imports.load").count() == 1


def test_a_wrong_definition_is_refused_and_nothing_is_published(cast: Cast, tmp_path: Path) -> None:
    wu = samples.importer(cast, "playbook.propose", "playbook.publish")
    samples.publish_standard(cast, tmp_path)
    one = described(samples.brought(wu, tmp_path), wu, key=["nothing"])
    with pytest.raises(Refused, match="no column nothing"):
        actions.commit(one, by=wu, headings=[])
    assert not Source.objects.exists() and Import.objects.get().state == State.OPEN


def test_what_only_others_may_publish_waits_and_is_taken_up(cast: Cast, tmp_path: Path) -> None:
    wu = samples.importer(cast, "playbook.propose")
    samples.publish_standard(cast, tmp_path)
    one = actions.commit(described(samples.brought(wu, tmp_path), wu), by=wu, headings=[])
    assert (one.state, one.publication) == (State.WAITING, 2) and not Source.objects.exists()
    with pytest.raises(Refused, match="not published yet"):
        actions.take_up(one, by=wu)
    book = import_module("opsloop.playbook.models")
    import_module("opsloop.playbook.actions").publish(book.Publication.objects.get(number=2), by=cast.robot)
    with pytest.raises(Forbidden):
        actions.take_up(Import.objects.get(), by=cast.chen)
    one = actions.take_up(Import.objects.get(), by=wu)
    assert one.state == State.LOADING and last() == ("imports.take_up", wu.pk)
    with pytest.raises(Refused):
        actions.take_up(Import.objects.get(), by=wu)


def test_who_may_only_draft_leaves_a_draft(cast: Cast, wu: Person, tmp_path: Path) -> None:
    samples.publish_standard(cast, tmp_path)
    one = actions.commit(described(samples.brought(wu, tmp_path), wu), by=wu, headings=[])
    assert (one.state, one.publication) == (State.WAITING, 0)


@pytest.mark.both
def test_when_it_is_loaded_nothing_of_it_is_kept(cast: Cast, one: Import, wu: Person) -> None:
    findings.make(one, findings.LOOK, wu)
    one = actions.choose(one, by=wu, source=sources.source(), columns=[])
    with pytest.raises(Refused):
        actions.finish(one, by=wu, load=loaded(one, wu))
    one = actions.commit(Import.objects.get(), by=wu, headings=[])
    with pytest.raises(Forbidden):
        actions.finish(one, by=cast.chen, load=Load.objects.get())
    one = actions.finish(one, by=wu, load=Load.objects.get())
    assert (one.state, one.stored) == (State.DONE, None) and not Finding.objects.exists()
    assert last() == ("imports.finish", wu.pk)
    with pytest.raises(Refused):
        actions.reopen(one, by=wu)


def test_a_load_that_failed_opens_it_again(one: Import, wu: Person) -> None:
    one = actions.choose(one, by=wu, source=sources.source(), columns=[])
    one = actions.commit(one, by=wu, headings=[])
    one = actions.finish(one, by=wu, load=loaded(one, wu, LoadState.FAILED))
    assert one.state == State.OPEN and one.stored is not None


def test_what_cannot_go_on_is_opened_again(cast: Cast, one: Import, wu: Person) -> None:
    one = actions.choose(one, by=wu, source=sources.source(), columns=[])
    one = actions.commit(one, by=wu, headings=[])
    with pytest.raises(Forbidden):
        actions.reopen(one, by=cast.chen)
    assert actions.reopen(one, by=wu).state == State.OPEN and last() == ("imports.reopen", wu.pk)


def test_what_is_given_up_lets_its_content_go(cast: Cast, one: Import, wu: Person) -> None:
    with pytest.raises(Forbidden):
        actions.give_up(one, by=cast.chen)
    one = actions.give_up(one, by=wu)
    assert (one.state, one.stored, last()) == (State.GIVEN_UP, None, ("imports.give_up", wu.pk))
    with pytest.raises(Refused):
        actions.give_up(one, by=wu)


def test_what_nobody_goes_on_with_is_given_up_at_night(cast: Cast, one: Import, wu: Person, tmp_path: Path) -> None:
    with given():
        one.remember()
        one.changed_at = timezone.now() - timedelta(days=15)
        one.save()
    fresh = samples.brought(wu, tmp_path, "a\n1\n", "b.csv")
    with pytest.raises(Forbidden):
        actions.tidy_imports(by=cast.chen, before=timezone.now())
    assert actions.tidy_imports(by=cast.robot, before=timezone.now() - timedelta(days=14)) == 1
    states = dict(Import.objects.values_list("pk", "state"))
    assert states == {one.pk: State.GIVEN_UP, fresh.pk: State.OPEN} and last()[0] == "imports.tidy"
