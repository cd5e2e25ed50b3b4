"""The note: its figures are the page's, it says what is missing, it goes out once, with the same text everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from opsloop.base.acts import Call, Refused, acting
from opsloop.base.inbox.tests.telling import pigeon
from opsloop.base.jobs.models import CatchUp, Schedule
from opsloop.base.jobs.robot import for_itself
from opsloop.base.kinds.registry import Change
from opsloop.base.testing import given, hold, make, position
from opsloop.data.metrics.latest import Wanted, figures
from opsloop.data.metrics.models import Target
from opsloop.data.metrics.tests.shop import define
from opsloop.engine.monitors.tests.conftest import LAST, an_alert, monitor_file, sell, shop, watch  # noqa: F401
from opsloop.modules.notes import jobs
from opsloop.modules.notes.actions import send_note
from opsloop.modules.notes.commands import told
from opsloop.modules.notes.compiled import compile_notes
from opsloop.modules.notes.definition import NoteFile
from opsloop.modules.notes.models import Edition, Note
from opsloop.modules.notes.writing import written
from opsloop.ui.testing import signed_in

pytestmark = [pytest.mark.both, pytest.mark.django_db]
MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
"""08:30 in Shanghai on a Monday; the newest day of the shop's data is the Sunday before."""
FILE = NoteFile(title="运营晨报", metrics=("sales", "orders"), month=("sales", "orders"))


@pytest.fixture(autouse=True)
def bird(settings, monkeypatch):
    settings.TIME_ZONE = "Asia/Shanghai"
    with time_machine.travel(MORNING, tick=False), translation.override("zh-hans"):
        yield pigeon(monkeypatch)


@pytest.fixture
def sold(shop):  # noqa: F811
    sell()
    return shop


@pytest.fixture
def reader(sold):
    hold(sold.lin, position("reader", may=["notes.*", "findings.*"], sees={"*": "all"}), sold.ops)
    return sold.lin


@pytest.fixture
def note(reader):
    define("note", reader, morning="title: 运营晨报\nmetrics: [sales, orders]\nmonth: [sales]\n")
    return Note.objects.get()


def robot():
    return for_itself(("notes.send",))


def test_its_figures_are_those_of_the_pages(reader):
    made = written(FILE, reader)
    sales, orders = figures([Wanted(metric=one, grain="day") for one in ("sales", "orders")], reader)
    first, second = made.parts[0].lines
    assert first.text.startswith(f"sales {sales.shown}") and second.text.startswith(f"orders {orders.shown}")
    now, then = sales.value, sales.then("previous")
    assert f"环比 {(now - then) / then * 100:+.1f}%".replace("-", "−") in first.text
    assert first.href == "/metrics/sales/" and made.day == date(2026, 11, 23)


def test_the_month_is_held_against_its_target_and_the_time_gone_by(reader):
    make(Target, metric="sales", grain="month", first_day=date(2026, 11, 1), value=100000)
    month = written(FILE, reader).parts[1]
    (figure,) = figures([Wanted(metric="sales", grain="day", compare=("target",))], reader)
    assert f"{figure.reached * 100:.0f}%" in month.lines[0].text and "73%" in month.lines[0].text
    assert "未设目标" in month.lines[1].text


def test_a_day_that_has_not_arrived_is_said_and_not_called_yesterday(reader):
    with time_machine.travel(MORNING + timedelta(days=1), tick=False):
        part = written(FILE, reader).parts[0]
    assert part.title.endswith(f"{LAST:%m-%d}") and "还没到" in part.lines[0].text and part.lines[0].bad


def test_an_alert_has_its_owner_beside_it(reader):
    made = watch(reader, on=False, drop=monitor_file("销售额异常下跌", "sales", "method: usual-for-weekday\n"))
    an_alert(made["drop"], title="销售额低于惯常值")
    an_alert(made["drop"], title="已有人接", key="other", acknowledged_by=reader, state="acknowledged")
    texts = [line.text for line in written(FILE, reader).parts[2].lines]
    assert any("销售额低于惯常值" in text and "待确认" in text for text in texts)
    assert any("已有人接" in text and reader.name in text for text in texts)


def test_nothing_wrong_is_said_too(reader):
    made = written(FILE, reader)
    assert "没有未关闭的预警" in made.body and "没有逾期" in made.body


def test_publishing_sets_the_hour_and_withdrawing_takes_it_away(note, reader):
    row = Schedule.objects.get(name="notes.morning")
    assert (row.cron, row.catch_up, row.max_age_s) == ("30 8 * * *", CatchUp.LATEST, 3 * 3600 + 1800)
    with given():
        compile_notes(_gone(), reader)
    assert Schedule.objects.get(name="notes.morning").next_at is None


def _gone():
    return [Change("morning", None, 2, "", date(2026, 11, 23))]


def run_job(note="morning"):
    class Ctx:
        by = robot()

    made = jobs.send(Ctx, note)
    if made is None:
        return None
    with acting(Call(by=Ctx.by, via="job:1")):
        return made()


def test_it_goes_out_once_with_the_text_of_the_page(note, reader, bird):
    edition = run_job()
    (said,) = bird.got
    assert said.body == edition.body == written(note.obj, robot()).body and said.link == "/notes/morning/"
    assert said.until.astimezone(timezone.get_default_timezone()).hour == 12
    assert run_job() is None and len(bird.got) == 1
    with pytest.raises(Refused):
        send_note(note, by=reader, day="2026-11-23", title="x", body="y")


def test_on_a_day_off_nothing_goes_out(note):
    with time_machine.travel(MORNING - timedelta(days=1), tick=False):
        assert run_job() is None
    assert not Edition.objects.exists()


def test_the_page_shows_it_and_sends_it_once(note, reader, bird):
    client = signed_in(reader, "zh-hans")
    assert client.get("/notes/").headers["Location"] == "/notes/morning/"
    text = client.get("/notes/morning/").content.decode()
    assert all(line.text in text for part in written(note.obj, reader).parts for line in part.lines)
    assert client.post("/notes/morning/send/").status_code == 302 and len(bird.got) == 1
    assert client.post("/notes/morning/send/").status_code == 409 and len(bird.got) == 1
    assert client.get("/notes/other/").status_code == 404


def test_the_command_says_the_same(note):
    text, values = told("", robot())
    assert text == written(note.obj, robot()).text and values["parts"][0]["lines"]


def test_what_is_made_up_says_so_in_every_line_that_it_stands_in(reader):
    from opsloop.data.metrics.tests.shop import metrics

    metrics(
        reader, sales="value: {sum: amount}\nsimulated: [target]\ntarget: {month: 100000}",
        orders="value: {sum: pieces}\nsimulated: [values]", average_order="formula: sales / orders",
    )  # fmt: skip
    file = NoteFile(title="运营晨报", metrics=("sales", "orders", "average-order"), month=("sales", "orders"))
    yesterday, month = written(file, reader).parts[:2]
    sales, orders, average = (line.text for line in yesterday.lines)
    assert "模拟" not in sales and "［模拟］" in orders and "［模拟］" in average, "made of what is made up"
    assert "［目标为模拟］" in month.lines[0].text and "［模拟］" in month.lines[1].text
    assert "［模拟］" not in month.lines[0].text, "the figure itself is real"


def test_findings_that_wait_for_a_word_say_for_whose(reader, cast):
    from opsloop.engine.findings import actions

    assert "改进项" not in written(FILE, reader).body
    one, other, third = (
        actions.raise_finding(by=reader, title=title, origin="advice") for title in ("缺货", "价签不符", "排队")
    )
    post = position("keeper", sees={"findings": "all"})
    hold(cast.wu, post, cast.ops)
    actions.triage(third, by=reader, owner=post, due_on=date(2026, 11, 30), person=cast.wu)
    lines = {line.href: line.text for line in written(FILE, reader).parts[2].lines}
    assert lines["/findings/triage/"] == f"改进项待分诊 2 项：{reader.name}"
    assert lines["/findings/list/?state=accepted"] == f"改进项待决定 1 项：{cast.wu.name}"
    assert "没有未关闭的预警" in lines["/monitors/"], "no alert is no news about findings"
    actions.merge(one, by=reader, into=other)
    assert "改进项待分诊 1 项" in written(FILE, reader).body
