"""An issued report goes to the groups: its frozen words, its figures as on the page, a card drawn by a job."""

from __future__ import annotations

from typing import Any

import pytest

from opsloop.base.acts import Call, Refused, acting
from opsloop.base.files.models import Attachment, Stored
from opsloop.base.inbox.tests.telling import Pigeon, pigeon
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.robot import for_itself
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast
from opsloop.modules.reports import jobs, messages
from opsloop.modules.reports.actions import announce, correct, issue, submit
from opsloop.modules.reports.actions.issuing import ANNOUNCE
from opsloop.modules.reports.document import Chart, Document, Figure, Part, Series, Tile, Tiles, words
from opsloop.modules.reports.models import Edition
from opsloop.modules.reports.tests.conftest import an_edition, weekly
from opsloop.modules.reports.tests.test_editions import GOOD, _advice, _write
from opsloop.ui.charts import Chart as Drawn
from opsloop.ui.charts import Series as Line
from opsloop.ui.pictures import CannotDraw
from opsloop.ui.testing import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture(autouse=True)
def bird(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Pigeon:
    settings.LANGUAGE_CODE = "zh-hans"
    return pigeon(monkeypatch, group="运营群")


@pytest.fixture
def issued(cast: Cast, director: Person, writer: Person) -> Edition:
    edition = an_edition(weekly(cast.lin))
    _write(edition, writer, GOOD)
    submit(Edition.objects.get(pk=edition.pk), by=writer)
    return issue(Edition.objects.get(pk=edition.pk), by=cast.lin)


def _run(edition: Edition) -> Edition | None:
    class Ctx:
        by = for_itself(jobs.TOLD)

    publish = jobs.tell_groups(Ctx, edition.pk)  # type: ignore[arg-type]
    if publish is None:
        return None
    with acting(Call(by=Ctx.by, via="job:1")):
        return publish()


def test_issuing_asks_for_it_once_and_draws_nothing_itself(issued: Edition, bird: Pigeon) -> None:
    row = Job.objects.get(task=ANNOUNCE)
    assert row.behalf_id is None and str(issued.pk) in row.args and not bird.got
    assert not Stored.objects.exists()


def test_the_group_reads_the_frozen_words_and_the_card_stays_with_the_edition(
    issued: Edition, bird: Pigeon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "picture_of", lambda edition: PNG)
    _run(issued)
    (said,) = bird.got
    assert said.title == "已签发：运营周报 第46周" and said.link == f"/reports/{issued.pk}/"
    assert "销售额 −6.5%，来自客单价（−6,590）。" in said.body, "figures as frozen, in place of their slots"
    assert _advice().text in said.body and "【建议】" in said.body
    stored = Stored.objects.get()
    assert said.picture == stored.pk and stored.path.read_bytes() == PNG and stored.mime == "image/png"
    assert Attachment.objects.get().stored_id == stored.pk, "no sweep takes it while a channel is away"


def test_a_card_that_cannot_be_drawn_holds_nothing_up(
    issued: Edition, bird: Pigeon, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(edition: Edition) -> bytes:
        raise CannotDraw("no V8 here")

    monkeypatch.setattr(jobs, "picture_of", broken)
    _run(issued)
    assert len(bird.got) == 1 and bird.got[0].picture is None


def test_nothing_is_drawn_where_there_is_no_channel_or_the_edition_was_replaced(
    issued: Edition, bird: Pigeon, writer: Person, cast: Cast
) -> None:
    bird.channels = {}
    assert _run(issued) is None
    bird.channels = {"group": "运营群"}
    second = correct(Edition.objects.get(pk=issued.pk), by=writer, reason="门店数据补传")
    _write(second, writer, GOOD)
    submit(Edition.objects.get(pk=second.pk), by=writer)
    issue(Edition.objects.get(pk=second.pk), by=cast.lin)
    assert _run(issued) is None and not bird.got
    with pytest.raises(Refused):
        announce(Edition.objects.get(pk=issued.pk), by=for_itself(jobs.TOLD))


def test_the_link_leads_to_the_page_for_who_may_see_it_and_to_nothing_for_others(
    issued: Edition, director: Person, cast: Cast, client: Any
) -> None:
    path = issued.get_absolute_url()
    assert client.get(path).headers["Location"].startswith("/sign-in/"), "a group's member signs in first"
    assert signed_in(director).get(path).status_code == 200
    assert signed_in(cast.chen).get(path).status_code in (403, 404)


def test_the_card_shows_the_first_figures_with_their_marks_and_the_first_chart() -> None:
    values = (90000.0, 92939.0, 86923.0)
    drawn = Drawn("c", ("48", "49", "50"), [Line("销售额", values)], "s", unit="元")
    chart = Chart("销售额，近 3 周", drawn.option, "line", ("48", "49", "50"), (Series("销售额", values),), "元")
    tile = Tile("销售额 <含加油>", Figure("sales", 86923.0, "86,923", simulated=True), words("环比 −6.5%"))
    document = Document(
        "运营周报", "第 50 周", "ZB-2026-50", (), "1 天数据未到", (Part("overview", "概述", (Tiles((tile,)), chart)),),
        company="惠邻超市",
    )  # fmt: skip
    svg = messages.card(document)
    texts = ("运营周报", "惠邻超市 · 第 50 周 · ZB-2026-50", "1 天数据未到", "86,923", "环比 −6.5%", "销售额，近 3 周")
    assert all(text in svg for text in texts)
    assert "&lt;含加油&gt; · " in svg and "<含加油>" not in svg
    png = messages.png_of(svg)
    assert png.startswith(b"\x89PNG") and len(png) < 1024 * 1024
    assert messages.card(Document("运营周报", "", "", (), "", ())) == ""


def test_long_names_are_cut_where_the_room_ends() -> None:
    assert messages.fitted("销售额", 3) == "销售额" and messages.fitted("销售额同比", 3) == "销售…"
    assert messages.fitted("abcdef", 4) == "abcdef" and messages.fitted("abcdefg", 4) == "abcde…"
