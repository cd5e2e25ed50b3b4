"""The list and the page of an SOP, and the drawing of its flow."""

from __future__ import annotations

import itertools

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from opsloop.base.kinds.fields import plain
from opsloop.base.testing import Cast, make
from opsloop.engine.sops.blocks import Approve, Approver, Block, Branch, Choose, Parallel, RepeatUntil, Step, Wait
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.drawing import BOX, HIGH, Drawing, draw, folded
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.tests.samples import CAMPAIGN, read
from opsloop.engine.sops.wording import condition_words, limits_words
from opsloop.playbook.book import Playbook
from opsloop.playbook.reading.things import built
from opsloop.ui.testing import signed_in as of

LABELS = {"start": "S", "end": "E", "again": "again", "refused": "back", "otherwise": "else"}


@pytest.fixture
def row(cast: Cast) -> Sop:
    obj = read(CAMPAIGN).obj
    return make(
        Sop, ident="campaign", number=3, sha256="0" * 64, title=obj.title, definition=plain(SopFile, obj), words={}
    )


@pytest.mark.django_db
@pytest.mark.both
def test_the_list_shows_owner_steps_and_limits(cast: Cast, row: Sop) -> None:
    page = of(cast.lin).get("/sops/").content.decode()
    for text in ("活动策划与执行", "/sops/campaign/"):
        assert text in page


@pytest.mark.django_db
def test_the_page_of_an_sop_reads_as_a_procedure(cast: Cast, row: Sop) -> None:
    page = of(cast.lin).get("/sops/campaign/").content.decode()
    for text in (
        "写活动方案", "2 working days", "方案文档", "先写清楚目标。", "<svg", "#step-review",
        "finance-head, when budget &gt; 50000",
        "活动已结束。", "证据较弱", "/playbook/sop/campaign/",
    ):  # fmt: skip
        assert text in page, text
    assert "right" not in page.partition('id="quiz-title"')[2].partition("</section>")[0], "answers are not shown"


@pytest.mark.django_db
def test_in_the_book_it_is_set_out_too_without_answers_and_printed_without_its_drawing(cast: Cast) -> None:
    template, shown = built(Playbook(items={}), read(CAMPAIGN), None)
    page, printed = (render_to_string(template, {"shown": shown, "own": own}) for own in (1, 0))
    for text in ("写活动方案", "2 working days", "<svg", "先写清楚目标。", "sops/sops.css"):
        assert text in page, text
    assert "right" not in page.partition('id="quiz-title"')[2].partition("</section>")[0]
    assert "写活动方案" in printed and "<svg" not in printed and "sops.css" not in printed


@pytest.mark.django_db
def test_pages_need_somebody_signed_in_who_may_see_and_an_sop_that_is_there(cast: Cast, row: Sop) -> None:
    assert Client().get("/sops/campaign/").status_code == 302
    assert of(cast.lin).get("/sops/nothing/").status_code == 404
    assert of(cast.lin).post("/sops/campaign/").status_code == 405
    assert of(cast.zhao).get("/sops/campaign/").status_code in (403, 404)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("amount > 200 and level is major", "金额 > 200 and 级别 is 重大"),
        ("not (verdict in [a, b])", "not: verdict is one of a"),
        ("count(lines) >= 3", "number of lines ≥ 3"),
        ("due + 3 days", "due + 3 days"),
        ("amount >", "amount >"),
    ],
)
def test_conditions_stand_in_words(text: str, words: str) -> None:
    with override("en"):
        assert condition_words(text, {"amount": "金额", "level": "级别", "major": "重大"}).startswith(words)


def test_a_limit_that_all_levels_share_is_said_once() -> None:
    obj = read(CAMPAIGN).obj
    with override("en"):
        assert limits_words({"*": "2个工作日"}, obj) == [("", "2 working days")]


def test_titles_are_folded_by_how_wide_they_are() -> None:
    assert folded("圈定人群并留出对照组再核对一次口径说明") == ["圈定人群并留出对照组", "再核对一次口径说明"]
    assert folded("short") == ["short"]
    assert folded("一" * 50)[1].endswith("…")


ids = (f"s{n}" for n in itertools.count())
people = st.sampled_from("甲乙丙丁")
steps = people.map(lambda who: Step(id=next(ids), title="做", do=who))
waits = st.builds(lambda: Wait(id=next(ids), title="等", wait="1 day"))
approvals = people.map(lambda who: Approve(id=next(ids), title="批", approve=(Approver(by=who),)))


def nested(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    ways = st.lists(
        st.lists(inner, min_size=1, max_size=3).map(lambda s: Branch(when="a", steps=tuple(s))), min_size=1, max_size=3
    )
    return st.one_of(
        ways.map(lambda found: Parallel(parallel=tuple(found), id=next(ids))),
        ways.map(lambda found: Choose(choose=tuple(found), id=next(ids))),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda found: RepeatUntil(repeat_until="a", steps=tuple(found), id=next(ids))
        ),
    )


blocks = st.lists(st.recursive(st.one_of(steps, waits, approvals), nested, max_leaves=10), min_size=1, max_size=5)


@given(blocks)
@settings(max_examples=60, deadline=None)
def test_no_two_boxes_lie_on_each_other_and_every_box_is_reached(found: list[Block]) -> None:
    picture: Drawing = draw(found, lambda who: who, lambda text: text, LABELS)
    places = [(one.row, one.lane) for one in picture.nodes]
    assert len(places) == len(set(places))
    assert all(one.x - BOX // 2 >= 0 and one.x + BOX // 2 <= picture.width for one in picture.nodes)
    assert all(one.y + HIGH // 2 <= picture.height for one in picture.nodes)
    ends = {tuple(line.path.replace("V", " V").split()[-1:]) for line in picture.lines}
    assert ends
    forward = [line for line in picture.lines if not line.back]
    assert len(forward) >= len(picture.nodes) - 1, "every node but the start has a line to it"
