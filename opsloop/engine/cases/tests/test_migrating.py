"""A running case goes over to another version; what hinders it and what it is past is said before."""

from __future__ import annotations

from typing import Any

import pytest

from opsloop.base.acts import Call, Forbidden, Refused, Warned, perform
from opsloop.base.ledger.models import Entry
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import given
from opsloop.engine.cases import actions
from opsloop.engine.cases.migrating import preview
from opsloop.engine.cases.models import Case, CaseEvent, CaseState, WorkItem
from opsloop.engine.cases.tests.crewed import again, item
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.sops.tests.samples import sop
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.both


def step(ident: str, **more: str) -> str:
    extra = "".join(f", {name}: {value}" for name, value in more.items())
    return f"- {{id: {ident}, title: {ident.upper()}, do: operations-specialist{extra}}}\n"


OLD = sop(step("a") + step("b") + step("c"))
LONGER = sop(step("new") + step("a") + step("b") + step("more") + step("c"))
WITHOUT_B = sop(step("a") + step("x") + step("c"))


def begun(crew: Any, upto: str = "b") -> Case:
    """Open at this step, of the first version."""
    publish(OLD, "way")
    case = actions.start(by=crew.wang, sop="way")
    while not case_open(case, upto):
        done(crew, case, "a")
    return again(case)


def case_open(case: Case, node: str) -> bool:
    return node in open_nodes(case)


def open_nodes(case: Case) -> list[str]:
    return sorted(WorkItem.objects.filter(case=case, status="open").values_list("node", flat=True))


def done(crew: Any, case: Case, node: str) -> None:
    actions.complete(again(case), by=crew.chen, item=item(case, node).no)


def migrate(crew: Any, case: Case, plan: list[dict[str, str]] | None = None, **how: Any) -> Case:
    how.setdefault("overrides", {"past-change": "it was done by phone"})
    perform("cases.migrate", {"reason": "the new way", "plan": plan}, Call(by=crew.lin, **how), on=case.pk)
    return again(case)


def test_what_is_open_keeps_its_place_and_its_person_and_new_steps_follow(crew: Any) -> None:
    case = begun(crew)
    actions.claim(again(case), by=crew.chen, item=item(case, "b").no)
    publish(LONGER, "way", number=2)
    case = migrate(crew, case)
    assert (case.edition.number, item(case, "b").assignee) == (2, crew.chen)
    for node in ("b", "more", "c"):
        assert open_nodes(case) == [node]
        done(crew, case, node)
    assert again(case).status == CaseState.DONE
    assert CaseEvent.objects.filter(case=case, verb="migrated", by=crew.lin).count() == 1
    assert Entry.objects.filter(act="cases.migrate").count() == 1


def test_the_dry_run_names_what_hinders_it_and_what_it_is_past_and_writes_nothing(crew: Any) -> None:
    case = begun(crew)
    fresh = begun(crew, "a")
    publish(LONGER, "way", number=2)
    found = {one.case.pk: one for one in preview(crew.lin, "way")}
    assert {pk: (one.why, one.past) for pk, one in found.items()} == {case.pk: ("", ("NEW",)), fresh.pk: ("", ("NEW",))}
    publish(WITHOUT_B, "way", number=3)
    first, second = preview(crew.lin, "way")
    assert "B" in first.why and not second.why
    assert [one.why for one in preview(crew.lin, "way", {case.edition_id: {"b": "x"}})] == ["", ""]
    assert again(case).edition.number == 1
    assert preview(crew.lin, "nothing") == []


def test_a_case_past_the_change_goes_over_only_with_a_reason(crew: Any) -> None:
    case = begun(crew)
    publish(LONGER, "way", number=2)
    with pytest.raises(Warned):
        migrate(crew, case, overrides={})
    assert again(case).edition.number == 1
    migrate(crew, case, dry=True)
    assert again(case).edition.number == 1


@pytest.mark.parametrize(("to", "after"), [("x", ["x"]), ("", ["x"])])
def test_what_has_no_place_goes_where_the_plan_says(crew: Any, to: str, after: list[str]) -> None:
    case = begun(crew)
    publish(WITHOUT_B, "way", number=2)
    with pytest.raises(Refused):
        migrate(crew, case)
    with pytest.raises(Refused):
        migrate(crew, case, [{"step": "b", "to": "nowhere"}])
    case = migrate(crew, case, [{"step": "b", "to": to}])
    assert open_nodes(case) == after
    with pytest.raises(Refused):  # what the version has no more is nowhere to go back to
        actions.return_(case, by=crew.chen, item=item(case, "x").no, reason="again", to="b")
    actions.return_(again(case), by=crew.chen, item=item(case, "x").no, reason="again", to="a")
    for node in ("a", "x", "c"):
        done(crew, case, node)
    assert again(case).status == CaseState.DONE


def test_a_step_may_begin_anew_and_approvers_who_changed_are_not_kept(crew: Any) -> None:
    decide = "- {id: d, title: D, approve: [{by: clerk-lead}, {by: operations-manager}]}\n"
    publish(sop(decide), "way")
    case = actions.start(by=crew.wang, sop="way")
    actions.approve(again(case), by=crew.lu, item=item(case, "d").no)
    publish(sop(decide.replace("{by: clerk-lead}, ", "")), "way", number=2)
    with pytest.raises(Refused):
        migrate(crew, case)
    case = migrate(crew, case, [{"step": "d", "to": "d"}])
    actions.approve(case, by=crew.lin, item=item(case, "d").no)
    assert again(case).status == CaseState.DONE


def test_branches_keep_their_places_and_join_once(crew: Any) -> None:
    def both(more: str) -> str:
        a, b = step("a").strip("- \n"), step("b").strip("- \n")
        return sop(f"- {{id: both, parallel: [{{steps: [{a}{more}]}}, {{steps: [{b}]}}]}}\n" + step("z"))

    publish(both(""), "way")
    case = actions.start(by=crew.wang, sop="way")
    done(crew, case, "b")
    publish(both(", " + step("a2").strip("- \n")), "way", number=2)
    case = migrate(crew, case)
    for node in ("a", "a2", "z"):
        assert open_nodes(case) == [node]
        done(crew, case, node)
    assert again(case).status == CaseState.DONE


def test_it_is_refused_where_there_is_nothing_newer_and_forbidden_without_the_right(crew: Any) -> None:
    case = begun(crew)
    with pytest.raises(Refused):
        migrate(crew, case)
    publish(LONGER, "way", number=2)
    with given():
        mandate = Mandate.objects.get(position__code="asker")
        mandate.may = ["cases.start"]
        mandate.save()
    with pytest.raises(Forbidden):
        perform("cases.migrate", {"reason": "the new way"}, Call(by=crew.wang), on=case.pk)


def test_the_page_says_what_would_become_of_each_and_takes_over_the_ticked(crew: Any) -> None:
    """Dry run first; past a changed step only when ticked; without a place it stays; others may not."""
    early, late = begun(crew, "a"), begun(crew, "b")
    publish(sop(step("a", form="[]") + step("new") + step("b") + step("c")), "way", number=2)
    client, path = signed_in(crew.lin), "/cases/versions/way/"
    assert "2 running cases follow an older version" in client.get("/cases/board/?sop=way").content.decode()
    page = client.get(path).content.decode()
    assert f'value="{early.pk}" checked' in page
    assert f'value="{late.pk}">' in page and "past: NEW" in page
    assert {again(one).edition.number for one in (early, late)} == {1}, "looking changes nothing"
    assert client.post(path, {"case": [early.pk], "reason": ""}).status_code == 422
    assert client.post(path, {"reason": "the new way"}).status_code == 422
    assert client.post(path, {"case": [early.pk], "reason": "the new way"}).status_code == 302
    assert [again(one).edition.number for one in (early, late)] == [2, 1]
    assert client.post(path, {"case": [late.pk], "reason": "it was done by phone"}).status_code == 302
    assert again(late).edition.number == 2
    assert "Every running case follows" in client.get(path).content.decode()
    assert Entry.objects.filter(act="cases.migrate", by_id=crew.lin.pk).count() == 2


def test_the_page_leaves_what_has_no_place_and_is_closed_to_who_may_not(crew: Any) -> None:
    case = begun(crew)
    publish(WITHOUT_B, "way", number=2)
    client, path = signed_in(crew.lin), "/cases/versions/way/"
    page = client.get(path).content.decode()
    assert "Stay as they are" in page and "has no place" in page and f'value="{case.pk}"' not in page
    assert client.post(path, {"case": [case.pk], "reason": "the new way"}).status_code == 422
    assert again(case).edition.number == 1
    assert client.get("/cases/versions/nothing/").status_code == 404
    with given():
        Mandate.objects.filter(position=crew.manager).update(may=["cases.start"])
    assert client.get(path).status_code == 403


RENAMED = sop(step("a") + step("check") + step("c"))


def test_the_page_takes_a_plan_tries_it_and_takes_over_by_it(crew: Any) -> None:
    """A renamed step: without a choice its cases stay; with one they go on at the step that it has become."""
    case, fresh = begun(crew), begun(crew, "a")
    publish(RENAMED, "way", number=2)
    client, path, name = signed_in(crew.lin), "/cases/versions/way/", f"to-{case.edition_id}-b"
    page = client.get(path).content.decode()
    assert f'name="{name}"' in page and "Becomes: CHECK" in page and "Stays on the old version" in page
    assert f'value="{case.pk}"' not in page and f'value="{fresh.pk}" checked' in page
    tried = client.get(path, {name: "check"}).content.decode()
    assert f'value="{case.pk}" checked' in tried
    assert f'<input type="hidden" name="{name}" value="check">' in tried
    assert again(case).edition.number == 1, "trying changes nothing"
    said = {"case": [case.pk, fresh.pk], "reason": "the step has a new name", name: "check"}
    assert client.post(path, said).status_code == 302
    assert (open_nodes(case), open_nodes(fresh)) == (["check"], ["a"])
    assert CaseEvent.objects.get(case=case, verb="migrated").data["plan"] == {"b": "check"}


def test_on_the_page_a_step_is_left_out_or_begun_anew(crew: Any) -> None:
    case, fresh = begun(crew), begun(crew, "a")
    actions.claim(again(fresh), by=crew.chen, item=item(fresh, "a").no)
    publish(RENAMED, "way", number=2)
    client, path, edition = signed_in(crew.lin), "/cases/versions/way/", case.edition_id
    said = {"case": [case.pk, fresh.pk], "reason": "shorter", f"to-{edition}-b": "-", f"to-{edition}-a": "a"}
    assert client.post(path, said).status_code == 302
    assert (open_nodes(case), open_nodes(fresh)) == (["check"], ["a"]), "what stands in its place follows"
    assert item(fresh, "a").assignee is None, "begun anew, for whoever takes it"


@pytest.mark.parametrize("nonsense", ["nowhere", "b", "", "main/steps"])
def test_a_choice_that_the_new_version_does_not_allow_is_none(crew: Any, nonsense: str) -> None:
    case = begun(crew)
    publish(RENAMED, "way", number=2)
    client, path, name = signed_in(crew.lin), "/cases/versions/way/", f"to-{case.edition_id}-b"
    page = client.get(path, {name: nonsense}).content.decode()
    assert f'value="{case.pk}"' not in page and 'type="hidden" name="to-' not in page
    assert client.post(path, {"case": [case.pk], "reason": "the new way", name: nonsense}).status_code == 422
    assert again(case).edition.number == 1


def test_what_stands_in_a_branch_that_is_gone_has_no_choice(crew: Any) -> None:
    inside = step("a").strip("- \n")
    publish(sop(f"- {{id: both, parallel: [{{steps: [{inside}]}}]}}\n" + step("z")), "way")
    actions.start(by=crew.wang, sop="way")
    publish(sop(step("a") + step("z")), "way", number=2)
    page = signed_in(crew.lin).get("/cases/versions/way/").content.decode()
    plan = page.partition('id="plan"')[2].partition("</form>")[0]
    assert "what it stands in is gone" in plan and "<select" not in plan


def test_the_sops_page_leads_there_while_cases_run_on_older_ones(crew: Any) -> None:
    case = begun(crew)
    sign = "1 running case follows an older version"
    assert sign not in signed_in(crew.lin).get("/sops/way/").content.decode()
    publish(RENAMED, "way", number=2)
    page = signed_in(crew.lin).get("/sops/way/").content.decode()
    assert sign in page and "/cases/versions/way/" in page
    with given():
        Mandate.objects.filter(position=crew.manager).update(may=["cases.start"])
    assert sign not in signed_in(crew.lin).get("/sops/way/").content.decode(), "not for who may not take them over"
    assert again(case).edition.number == 1
