"""The step list in a person's hands: one change at a time, kept as their draft, checked at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from opsloop.base.testing import Cast, person, position
from opsloop.engine.sops.tests.samples import sop
from opsloop.playbook import commands
from opsloop.playbook.actions import draft
from opsloop.playbook.models import Draft
from opsloop.playbook.store import keep, texts_of
from opsloop.playbook.tests import samples
from opsloop.playbook.tests.forms import fields
from opsloop.ui.testing import signed_in as of

pytestmark = pytest.mark.django_db
PAGE = "/sops/refund/edit/"
REFUND = sop(
    """
- id: apply
  title: 提出退款          # 谁都可以提
  do: operations-specialist
  within: 2 working days
  form: [amount]
  evidence: [凭证]
- id: decide
  title: 审批
  approve: [{by: operations-manager}]
  within: 1 working day
- choose:
    - when: amount > 200
      steps:
        - {id: visit, title: 回访, do: operations-specialist}
    - otherwise: []
""",
    "fields:\n  - {id: amount, title: 金额, type: money}\n"
    "  - {id: shop, title: 门店, type: choice, options: [东店, 西店]}\n",
    "\n## apply\n先看凭证。\n\n## visit\n三天内。\n",
)


@pytest.fixture
def standard(cast: Cast, tmp_path: Path) -> None:
    folder = samples.write(tmp_path)
    (folder / "sops").mkdir()
    (folder / "sops" / "refund.md").write_text(REFUND, encoding="utf-8")
    assert commands.publish(folder, by=cast.robot, reason="First edition.").code == 0


def form(client: Client, asked: str = "") -> dict[str, Any]:
    """What a browser would send of the page as it is."""
    page = client.get(f"{PAGE}{asked}").content.decode()
    return fields(page.replace('<form id="sop-form"', '<form class="editor"'))


def drafted() -> str:
    sha = Draft.objects.get(kind="sop", ident="refund", closed_at__isnull=True).sha256
    return texts_of([sha])[sha]


def changed(cast: Cast, step: str, **boxes: str) -> str:
    """The draft after these boxes of a step were filled in."""
    client = of(cast.lin)
    sent = form(client, f"?step={step}")
    unknown = [name for name in boxes if name not in sent and not name.endswith("add")]
    assert not unknown, unknown
    answer = client.post(PAGE, {**sent, **boxes})
    assert answer.status_code == 302, text(answer).partition('role="alert">')[2][:200]
    return drafted()


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_the_page_lists_the_steps_with_who_and_until_when(cast: Cast, standard: None) -> None:
    page = text(of(cast.lin).get(PAGE))
    for said in ("提出退款", "Operations specialist", "2 working days", "when 金额 &gt; 200", "<svg", "Add a step"):
        assert said in page, said
    assert "yaml" not in page.lower()


def test_a_limit_is_changed_and_nothing_else(cast: Cast, standard: None) -> None:
    made = changed(cast, "apply", **{"within.all.n": "4", "within.all.unit": "working-hours"})
    assert made == REFUND.replace("within: 2 working days", "within: 4 working hours")


def test_title_doer_and_texts_are_changed_and_comments_stay(cast: Cast, standard: None) -> None:
    made = changed(cast, "apply", title="申请退款", do="operations-manager", evidence="凭证\n照片")
    assert "title: 申请退款          # 谁都可以提" in made
    assert "do: operations-manager" in made and "evidence: [凭证, 照片]" in made
    assert len([a for a, b in zip(made.split("\n"), REFUND.split("\n"), strict=True) if a != b]) == 3


def test_how_it_is_done_is_written_below_the_head(cast: Cast, standard: None) -> None:
    assert changed(cast, "decide", **{"#guidance": "看三件事。"}) == REFUND.replace(
        "## visit", "## decide\n看三件事。\n\n## visit"
    )


def test_a_step_is_added_where_it_is_wanted_and_opened(cast: Cast, standard: None) -> None:
    client = of(cast.lin)
    answer = client.post(PAGE, {"verb": "add|step||decide"})
    assert answer.status_code == 302, text(answer).partition('role="alert">')[2][:200]
    assert "step=step-1" in answer["Location"]
    made = drafted()
    assert made.index("id: apply") < made.index("id: step-1") < made.index("id: decide")
    new = next(line for line in made.splitlines(keepends=True) if "step-1" in line)
    assert made.replace(new, "") == REFUND
    assert "do: operations-specialist" in new, "whoever does the step before"


def test_a_step_is_added_behind_the_one_that_is_open(cast: Cast, standard: None) -> None:
    client = of(cast.lin)
    assert 'value="add|step||decide"' in text(client.get(f"{PAGE}?step=apply"))
    inside = text(client.get(f"{PAGE}?step=visit"))
    assert 'value="add|step|choose-visit:choose.0.steps|"' in inside
    client.post(PAGE, form(client, "?step=apply") | {"title": "申请", "verb": "add|step||decide"})
    made = drafted()
    assert made.index("title: 申请") < made.index("id: step-1") < made.index("id: decide")


@pytest.mark.parametrize(
    "kind", ["approve", "choose", "parallel", "for_each", "repeat_until", "wait", "notify", "call"]
)
def test_every_kind_of_block_can_be_added_and_opened(cast: Cast, standard: None, kind: str) -> None:
    client = of(cast.lin)
    answer = client.post(PAGE, {"verb": f"add|{kind}||"})
    assert client.get(answer["Location"]).status_code == 200
    sent = form(client, answer["Location"].partition("/edit/")[2])
    before = drafted()
    assert client.post(PAGE, sent).status_code == 302 and drafted() == before, "opening and keeping changes nothing"


def test_steps_move_into_and_out_of_branches_with_their_lines(cast: Cast, standard: None) -> None:
    client = of(cast.lin)
    client.post(PAGE, {"verb": "move|apply|choose-visit:choose.0.steps|visit"})
    made = drafted()
    assert made.index("id: decide") < made.index("id: apply") < made.index("id: visit")
    assert "          title: 提出退款          # 谁都可以提" in made
    client.post(PAGE, {"verb": "move|apply||decide"})
    assert drafted() == REFUND


def test_a_block_does_not_go_into_itself(cast: Cast, standard: None) -> None:
    answer = of(cast.lin).post(PAGE, {"verb": "move|choose-visit|choose-visit:choose.0.steps|"})
    assert answer.status_code == 409 and "It cannot go there." in text(answer)
    assert not Draft.objects.exists()


def test_what_is_removed_takes_its_text_along_and_can_be_taken_back(cast: Cast, standard: None) -> None:
    client = of(cast.lin)
    page = client.post(PAGE, {"verb": "remove|choose-visit"}, headers={"HX-Request": "true"}).content.decode()
    assert "visit" not in drafted() and "先看凭证。" in drafted()
    undo = page.partition('name="undo" value="')[2].partition('"')[0]
    client.post(PAGE, {"verb": "undo", "undo": undo})
    assert drafted() == REFUND
    sha = Draft.objects.get(kind="sop").sha256
    for stolen in (sha, undo[:-1], ""):
        assert client.post(PAGE, {"verb": "undo", "undo": stolen}).status_code == 409, "a hash gives nobody a text"


def test_a_condition_is_built_of_field_comparison_and_value(cast: Cast, standard: None) -> None:
    made = changed(cast, "choose-visit", **{"choose.0.when.0.value": "500", "choose.0.when.add": "shop"})
    assert "when: amount > 500 and shop is 东店" in made
    made = changed(cast, "choose-visit", **{"choose.0.when.1.value": "西店", "choose.0.when.join": "or"})
    assert "when: amount > 500 or shop is 西店" in made
    assert "when: shop is 西店" in changed(cast, "choose-visit", **{"choose.0.when.0.field": ""})


def test_a_branch_comes_and_goes(cast: Cast, standard: None) -> None:
    client = of(cast.lin)
    client.post(PAGE, {"verb": "branch|choose-visit"})
    assert drafted().index("step-1") < drafted().index("otherwise: []")
    client.post(PAGE, {"verb": "unbranch|choose-visit|1"})
    assert drafted() == REFUND


def test_a_field_is_asked_and_a_new_one_made(cast: Cast, standard: None) -> None:
    assert "form: [amount, shop]" in changed(cast, "apply", **{"form.add": "shop"})
    made = changed(cast, "apply", do="operations-specialist", **{"form.0.may": "read"})
    assert "form: [{field: amount, may: read}, shop]" in made
    client = of(cast.lin)
    sent = form(client, "?step=apply") | {"field.title": "原因", "field.type": "choice", "field.options": "质量\n尺码"}
    client.post(PAGE, {**sent, "verb": "field"})
    made = drafted()
    assert "{id: field_1, title: 原因, type: choice, options: [质量, 尺码]}" in made
    assert "shop, field_1]" in made


def test_approvers_are_added_and_taken_away(cast: Cast, standard: None) -> None:
    made = changed(cast, "decide", **{"approve.+": "operations-specialist"})
    assert "approve: [{by: operations-manager}, {by: operations-specialist}]" in made
    made = changed(cast, "decide", **{"approve.0.by": "", "how": "any"})
    assert "approve: [{by: operations-specialist}]" in made and "how: any" in made


def test_what_is_wrong_stands_beside_the_step_at_once(cast: Cast, standard: None) -> None:
    client = of(cast.lin)
    sent = form(client, "?step=apply") | {"verb": "save", "within.all.n": "viele"}
    page = text(client.post(PAGE, sent, headers={"HX-Request": "true"}))
    assert "1 thing to put right" in page and "A time limit, such as 2 working days" in page
    assert "The drawing comes back" in page
    assert "<html" not in page, "only the editor is drawn anew"


def test_two_windows_do_not_undo_each_other(cast: Cast, standard: None) -> None:
    client = of(cast.lin)
    one, two = form(client, "?step=apply"), form(client, "?step=apply")
    client.post(PAGE, {**one, "title": "甲"})
    client.post(PAGE, {**two, "within.all.n": "5"})
    assert "title: 甲" in drafted() and "within: 5 working days" in drafted()


def test_the_head_exceptions_and_messages_are_boxes_too(cast: Cast, standard: None) -> None:
    client = of(cast.lin)
    client.post(PAGE, form(client, "?part=head") | {"title": "退款办理", "limit.all.n": "3", "verb": "save"})
    sent = form(client, "?part=exceptions") | {
        "exceptions.0.title": "客户失联",
        "exceptions.0.what": "三次不通,发短信。",
    }
    client.post(PAGE, sent)
    made = drafted()
    assert "title: 退款办理" in made and "limit: 3 working days" in made
    assert "客户失联" in made and "三次不通" in made
    for part in ("fields", "start", "levels", "messages", "raises", "quiz", "further"):
        before = drafted()
        client.post(PAGE, form(client, f"?part={part}"))
        assert drafted() == before, part


def test_changes_are_told_in_sentences_to_the_writer_and_the_reviewer(cast: Cast, standard: None) -> None:
    changed(cast, "apply", **{"within.all.n": "1"})
    client = of(cast.lin)
    client.post(PAGE, {"verb": "add|step||"})
    said = "“提出退款”: Time limit was 2 working days, now 1 working day"
    assert said in text(client.get(PAGE)).replace("&quot;", '"')
    draft = Draft.objects.get(kind="sop")
    page = text(client.get(f"/playbook/-/propose/?draft={draft.pk}"))
    assert said in page and "is new (Operations specialist, 1 working day)" in page


def test_only_who_may_draft_comes_here_and_only_to_what_is_there(cast: Cast, standard: None) -> None:
    assert Client().get(PAGE).status_code == 302
    assert of(cast.chen).get(PAGE).status_code == 403
    assert of(cast.chen).post(PAGE, {"verb": "remove|apply"}).status_code == 403
    assert of(cast.lin).get("/sops/nothing/edit/").status_code == 404
    assert of(cast.lin).get("/sops/Nothing_x/edit/").status_code == 404
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "verb", ["remove|nothing", "move|nothing||", "move|apply|nowhere|", "add|step|nowhere|", "unbranch|choose-visit|9",
           "unbranch|apply|0", "branch|apply", "branch|nothing", "field", "explode", "undo", "add|nothing||x"],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_nothing_is_lost(cast: Cast, standard: None, verb: str) -> None:
    answer = of(cast.lin).post(PAGE, {"verb": verb, "step": "apply"})
    assert answer.status_code in (302, 409)
    if answer.status_code == 409:
        assert not Draft.objects.exists()


def test_a_draft_that_no_list_can_show_is_sent_to_the_text(cast: Cast, standard: None) -> None:
    from opsloop.playbook.actions import draft
    from opsloop.playbook.store import keep

    draft(by=cast.lin, kind="sop", ident="refund", sha256=keep(REFUND.replace("do: op", "unheard: op")), base=1)
    page = text(of(cast.lin).get(PAGE))
    assert "?as=text" in page and "sop-form" not in page


def test_what_is_put_forward_is_called_so_and_others_see_that_it_waits(cast: Cast, standard: None) -> None:
    made = changed(cast, "apply", title="申请退款")
    assert "Draft, not put forward yet" in text(of(cast.lin).get(PAGE))
    one = Draft.objects.get(kind="sop", ident="refund", closed_at=None)
    of(cast.lin).post("/playbook/-/propose/", {"draft": one.pk, "reason": "Clearer."})
    page = text(of(cast.lin).get(PAGE))
    assert "Put forward as publication #2" in page and f"/propose/?draft={one.pk}" not in page
    assert "changes this SOP too" not in page
    changed(cast, "apply", title="提出申请")
    page = text(of(cast.lin).get(PAGE))
    assert drafted() != made and "changes this SOP too" in page and f"/propose/?draft={one.pk}" in page


def test_a_new_step_says_what_it_lacks_in_words_that_need_no_file(cast: Cast, standard: None) -> None:
    client, whole = of(cast.lin), REFUND.replace("short: true\n", "")
    draft(by=cast.lin, kind="sop", ident="refund", sha256=keep(whole), base=1)
    page = text(client.post(PAGE, {"verb": "add|step||decide"}, headers={"HX-Request": "true"}))
    panel = page[page.index('class="card panel"') :]
    assert "data-fresh" in panel and "It is not written how" in panel and "## step-1" not in panel
    assert "data-fresh" not in text(client.get(f"{PAGE}?step=step-1"))


def test_who_may_only_draft_is_told_who_puts_it_forward(cast: Cast, standard: None) -> None:
    drafter = person("Dai", position("drafter", may=["playbook.draft"], sees={"*": "all"}), cast.company)
    client = of(drafter)
    assert "may draft, not put forward" not in text(client.get(PAGE)), "nothing is drafted yet"
    client.post(PAGE, form(client, "?step=apply") | {"title": "申请退款"})
    page = text(client.get(PAGE))
    assert "may draft, not put forward" in page and cast.lin.name in page and "/propose/?draft=" not in page
