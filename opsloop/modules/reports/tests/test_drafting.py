"""A week of the shop drafted: every figure of the text against sums made by hand, and what is said of bad data."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from opsloop.base.acts import Refused
from opsloop.base.due import Due
from opsloop.base.testing import Cast
from opsloop.data.lake.models import Snapshot
from opsloop.engine.monitors.tests.conftest import DAYS, LAST, orders_on
from opsloop.modules.reports import jobs, producing
from opsloop.modules.reports.composing import document_of, plain_text, texts_of
from opsloop.modules.reports.document import Document, Figure, Table
from opsloop.modules.reports.judging import slots_of
from opsloop.modules.reports.messages import said_of
from opsloop.modules.reports.models import Content, Edition
from opsloop.modules.reports.producing import missing, renewing
from opsloop.modules.reports.proposing import concentrated
from opsloop.modules.reports.tests.conftest import FILE, WEEK, drafted, sell, weekly

pytestmark = pytest.mark.django_db


def _sum(since: date) -> tuple[int, float]:
    """(orders, sales) of seven days, as `sell` makes them."""
    orders, sales = 0, 0.0
    for n in range(DAYS):
        day = LAST - timedelta(days=DAYS - 1 - n)
        if since <= day < since + timedelta(days=7):
            count, average = orders_on(n), 30.0 + (n * 5) % 7 / 10
            if since == WEEK:
                average /= 2
            orders, sales = orders + count, sales + round(count * average, 2)
    return orders, sales


def _halve(day: date, orders: int, average: float) -> tuple[int, float]:
    return (orders, average / 2) if WEEK <= day < WEEK + timedelta(days=7) else (orders, average)


def _text(document: Document, key: str) -> str:
    part = document.part(key)
    assert part is not None
    return "\n".join(plain_text(text) for block in part.blocks for text in texts_of(block))


@pytest.fixture
def edition(shop: Cast) -> Edition:
    sell(_halve)
    return drafted(shop, weekly(shop.lin))


def test_the_figures_are_those_worked_by_hand(edition: Edition) -> None:
    (orders, sales), (before_orders, before) = _sum(WEEK), _sum(WEEK - timedelta(days=7))
    found = {slot.figure.key: slot.figure for slot in slots_of(edition)}
    assert found["sales"].value == pytest.approx(sales)
    assert found["sales.previous"].value == pytest.approx(sales / before - 1)
    assert found["sales.difference"].value == pytest.approx(sales - before)
    volume = (orders - before_orders) * before / before_orders
    assert found["sales.factor.1"].value == pytest.approx(volume)
    assert found["sales.factor.2"].value == pytest.approx(sales - before - volume)
    assert found["sales.factor.1"].value + found["sales.factor.2"].value == pytest.approx(
        found["sales.difference"].value
    )
    assert found["sales.usual.value"].value == pytest.approx(
        sum(_sum(WEEK - timedelta(days=7 * n))[1] for n in range(1, 13)) / 12
    )
    assert "sales.year" not in found


def test_it_reads_as_the_sample_does_in_both_languages(edition: Edition) -> None:
    chinese, english = document_of(edition, "zh-hans"), document_of(edition, "en")
    assert [part.key for part in chinese.parts] == [
        "overview", "method", "result", "conclusion", "advice", "last-advice", "decisions",
    ]  # fmt: skip
    overview = _text(chinese, "overview")
    assert "无去年同期数据" in overview and "前 12 周均值" in overview and "较上周" in overview
    assert "no data of the same period last year" in _text(english, "overview")
    assert "待核实" in _text(chinese, "conclusion")
    assert chinese.number == "ZB-2026-46" and chinese.draft
    both = [sorted((one.key, one.value or 0.0) for one in document.figures()) for document in (chinese, english)]
    assert both[0] == both[1]
    assert len(chinese.charts) == 1 and len(chinese.charts[0].categories) == 4


@pytest.mark.parametrize(("share", "told"), [(0.32, "占变化 32%"), (1.42, "部分抵消")])
def test_parts_that_make_more_than_the_whole_are_no_share_of_it(share: float, told: str) -> None:
    top = Figure("top", -2738.0, "−2,738")
    with translation.override("zh-hans"):
        text = plain_text(concentrated("品类", "火鸡", top, Figure("share", share, f"{share:.0%}", "percent")))
    assert told in text and "−2,738" in text and "142%" not in text


def test_conclusions_are_kept_with_slots_and_never_with_digits(edition: Edition) -> None:
    texts = [one["text"] for one in edition.body["conclusions"]]
    assert len(texts) >= 2 and all("{" in text for text in texts)
    assert "{sales.factor.2}" in texts[0]
    [advice] = edition.body["advice"]
    assert (advice["position"], advice["due"]) == ("data-analyst", "")


def test_computed_anew_the_texts_stay_and_the_figures_follow(shop: Cast, edition: Edition) -> None:
    sell()
    again = renewing(edition, shop.robot)()
    assert again.body == edition.body and again.drafts != edition.drafts
    assert slots_of(again).by_key["sales"].figure.value != slots_of(edition).by_key["sales"].figure.value


def test_an_edition_is_of_one_state_of_the_data_though_more_of_it_comes_meanwhile(
    shop: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell()
    report, asked, coming = weekly(shop.lin), producing.gather, iter([_halve])

    def slowly(*given: Any) -> Any:
        found = asked(*given)
        for change in coming:
            sell(change)
        return found

    monkeypatch.setattr(producing, "gather", slowly)
    edition = drafted(shop, report)
    chinese, english = (document_of(edition, language) for language in ("zh-hans", "en"))
    values = [{one.key: one.value for one in document.figures()} for document in (chinese, english)]
    assert values[0] == values[1] and values[0]["sales"] == pytest.approx(_sum(WEEK)[1])
    assert edition.snapshot == Snapshot.objects.latest("pk").pk

    def ever(*given: Any) -> Any:
        found = asked(*given)
        sell()
        return found

    monkeypatch.setattr(producing, "gather", ever)
    with pytest.raises(Refused, match="try again"):
        renewing(edition, shop.robot)
    (said,) = jobs.reports_due(Due(shop.robot, datetime(2026, 11, 23, 12, tzinfo=UTC)))
    assert said.failed and "try again" in said.text and Edition.objects.count() == 1


def test_missing_days_stand_on_the_first_line(shop: Cast, settings: Any) -> None:
    settings.LANGUAGE_CODE = "zh-hans"
    gone = WEEK + timedelta(days=2)
    sell(lambda day, orders, average: None if day == gone else (orders, average))
    report = weekly(shop.lin)
    from opsloop.base.testing import given
    from opsloop.data.sources.models import Source

    with given():
        source = Source.objects.get(ident="sales")
        source.definition = {**source.definition, "every": "day"}
        source.save()
        from django.utils import timezone

        from opsloop.data.sources.models import Load, LoadState

        for n, (day, state) in enumerate([(WEEK - timedelta(days=60), LoadState.LOADED), (gone, LoadState.FAILED)], 1):
            Load(id=n, source=source, source_version=1, file=f"{n}.csv", state=state, by=shop.lin, due_on=day,
                 began_at=timezone.now(), ended_at=timezone.now()).save()  # fmt: skip
    edition = drafted(shop, report)
    assert "销售" in edition.warning and "11-11" in edition.warning
    document = document_of(edition, "zh-hans")
    assert document.warning.startswith("本期数据提示：")
    assert said_of(edition)[1].splitlines()[0] == document.warning, "in the group too"
    assert any("补齐" in one["text"] for one in edition.body["advice"])


def test_what_has_no_source_waits_and_is_not_zero(shop: Cast) -> None:
    from opsloop.data.metrics.tests.shop import metrics

    metrics(shop.lin, complaints="value: {count: rows}\nfrom: tickets\nwaits_for: 客服工单")
    sell()
    edition = drafted(shop, weekly(shop.lin, FILE.replace("average-order]", "average-order, complaints]")))
    assert "complaints" not in slots_of(edition).by_key
    document = document_of(edition, "zh-hans")
    assert "待接入" in _text(document, "overview")
    [table] = [one for part in document.parts if part.key == "result" for one in part.blocks if isinstance(one, Table)]
    assert len(table.rows) == 3


def test_a_chart_leaves_out_the_period_in_which_the_data_begins(shop: Cast) -> None:
    sell(lambda day, orders, average: None if day < date(2026, 4, 29) else (orders, average))
    edition = drafted(shop, weekly(shop.lin, FILE.replace("periods: 4", "periods: 60")))
    [chart] = document_of(edition, "zh-hans").charts
    assert len(chart.categories) == 28  # from the Monday 2026-05-04 on


def test_a_due_report_is_drafted_once(shop: Cast) -> None:
    from zoneinfo import ZoneInfo

    sell()
    report = weekly(shop.lin)
    now = datetime(2026, 11, 16, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    [(found, period)] = missing(now)
    assert (found.pk, period.since) == (report.pk, WEEK)
    drafted(shop, report)
    assert missing(now) == []
    assert Content.objects.count() == 2
