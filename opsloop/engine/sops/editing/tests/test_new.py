"""An SOP from nothing: four answers, then a draft that can be put forward as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from opsloop.base.kinds.registry import kinds
from opsloop.base.testing import Cast
from opsloop.engine.sops.editing.draft import draft_of
from opsloop.playbook import commands
from opsloop.playbook.models import Draft, Publication
from opsloop.playbook.reader.files import read_text
from opsloop.playbook.store import texts_of
from opsloop.playbook.tests import samples
from opsloop.ui.testing import signed_in as of

pytestmark = pytest.mark.django_db
PAGE = "/sops/-/new/"
SENT = {"title": "退货办理", "purpose": "客户退货有人接。", "owner": "operations-manager",
        "starters": ["operations-specialist"], "ident": "return-goods"}  # fmt: skip


@pytest.fixture
def standard(cast: Cast, tmp_path: Path) -> None:
    assert commands.publish(samples.write(tmp_path), by=cast.robot, reason="First edition.").code == 0


def test_four_answers_make_a_draft_that_passes_the_check_with_its_first_step_open(cast: Cast, standard: None) -> None:
    lin = of(cast.lin)
    assert "New SOP" in lin.get("/sops/").content.decode()
    page = lin.get(PAGE).content.decode()
    assert 'value="procedure-1"' in page and "yaml" not in page.lower()
    answer = lin.post(PAGE, SENT)
    assert (answer.status_code, answer["Location"]) == (302, "/sops/return-goods/edit/?step=step-1")
    draft = Draft.objects.get(kind="sop", ident="return-goods", person=cast.lin)
    obj = read_text(kinds["sop"], "return-goods", "x", texts_of([draft.sha256])[draft.sha256]).obj
    assert (obj.title, obj.owner, obj.purpose) == ("退货办理", "operations-manager", "客户退货有人接。")
    assert obj.start.by == ("operations-specialist",) and obj.steps[0].do == "operations-specialist"
    assert [one for one in draft_of(cast.lin, "return-goods").remarks if one.tone != "secondary"] == []
    page = lin.get(answer["Location"]).content.decode()
    assert 'id="panel-step-1"' in page and 'id="todos"' not in page
    made = lin.post("/playbook/-/propose/", {"draft": draft.pk, "reason": "There was none.", "at_once": "1"})
    assert made.status_code == 302 and Publication.objects.get(reason="There was none.").state == "published"
    assert "退货办理" in lin.get("/sops/").content.decode()


def test_what_is_missing_is_said_beside_its_box_and_nothing_is_lost(cast: Cast, standard: None) -> None:
    answer = of(cast.lin).post(PAGE, SENT | {"title": " ", "owner": "nobody", "ident": "Not An Id"})
    page = answer.content.decode()
    assert answer.status_code == 422 and page.count("field-wrong") == 2
    assert "Say what it is called" in page and "Choose the position" in page and "客户退货有人接。" in page
    assert not Draft.objects.exists()


def test_an_id_that_is_taken_and_a_starter_that_is_none_are_refused(cast: Cast, standard: None) -> None:
    lin = of(cast.lin)
    assert lin.post(PAGE, SENT).status_code == 302
    assert lin.post(PAGE, SENT).status_code == 422
    assert lin.post(PAGE, SENT | {"ident": "other", "starters": ["king"]}).status_code == 422
    assert Draft.objects.count() == 1


def test_only_who_may_draft_begins_one_and_the_book_leads_here(cast: Cast, standard: None) -> None:
    assert Client().get(PAGE).status_code == 302
    assert of(cast.chen).post(PAGE, SENT).status_code == 403
    assert of(cast.lin).get("/playbook/-/new/sop/")["Location"] == PAGE


def test_each_thing_to_put_right_leads_to_its_place(cast: Cast, standard: None) -> None:
    lin = of(cast.lin)
    lin.post(PAGE, SENT)
    lin.post("/sops/return-goods/edit/", {"verb": "add|choose||"})
    page = lin.get("/sops/return-goods/edit/").content.decode()
    todos = page.partition('id="todos"')[2].partition("</details>")[0]
    assert '<a href="?step=choose-step-2">One of these</a> This branch has no condition.' in todos
