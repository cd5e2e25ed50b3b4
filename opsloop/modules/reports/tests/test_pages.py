"""Pages: the archive, the paper, writing with its check, two editions beside each other, one's own week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, make
from opsloop.engine.findings.models import Finding
from opsloop.modules.reports.actions import issue, submit
from opsloop.modules.reports.cards import mine, newest
from opsloop.modules.reports.models import Edition, OwnReport
from opsloop.modules.reports.templatetags.reports import brief
from opsloop.modules.reports.tests.conftest import an_edition, weekly
from opsloop.modules.reports.words import State
from opsloop.ui.testing import signed_in as of

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast: Cast, director: Person, writer: Person) -> Edition:
    return an_edition(weekly(cast.lin))


def _typed(**more: Any) -> dict[str, Any]:
    due = (timezone.localdate() + timedelta(days=3)).isoformat()
    return {
        "c-text": ["Sales {sales.previous}, it comes from prices ({sales.factor.1})."], "c-evidence": [""],
        "a-text": ["Check the freezers"], "a-position": ["operations-manager"], "a-due": [due],
        "a-verify": ["on the spot"],
        "nothing_to_decide": "on", **more,
    }  # fmt: skip


def test_from_the_start_page_to_the_issued_paper(
    cast: Cast, edition: Edition, writer: Person, director: Person
) -> None:
    [line] = [one for one in mine(writer) if "46" in one.title]
    page = of(writer).get(line.url).content.decode()
    assert "Before it can be issued" in page and "There is no conclusion" in page
    address = f"{edition.get_absolute_url()}write/"
    assert 'data-slot="sales.factor.1 −6,590"' in of(writer).get(address).content.decode()
    answer = of(writer).post(address, _typed())
    assert (answer.status_code, answer.url) == (302, edition.get_absolute_url())  # type: ignore[attr-defined]
    for act in ("submit",):
        assert of(writer).post(f"/act/reports.{act}/{edition.pk}/").status_code in (200, 204, 302)
    assert [one.url for one in mine(cast.lin) if one.url == line.url]
    assert of(cast.lin).post(f"/act/reports.issue/{edition.pk}/").status_code in (200, 204, 302)
    edition.refresh_from_db()
    assert edition.state == State.ISSUED
    finding = Finding.objects.get()
    assert (finding.title, finding.owner.code) == ("Check the freezers", "operations-manager")  # type: ignore[union-attr]
    page = of(director).get(line.url).content.decode()
    for text in ("−6.5%", finding.code, "Direct", "Check the freezers"):
        assert text in page, text
    assert newest(director) is not None and newest(cast.chen) is None


def test_the_check_shows_how_it_reads_and_what_is_missing_and_saves_nothing(edition: Edition, writer: Person) -> None:
    address = f"{edition.get_absolute_url()}check/"
    page = of(writer).post(address, _typed(**{"c-text": ["Sales fell 6.5% because of rain"], "a-due": ["nonsense"]}))
    text = page.content.decode()
    assert "Figures are not typed: 6.5%" in text and "states a cause" in text and "No day is named" in text
    assert "−6.5%" in of(writer).post(address, _typed()).content.decode()
    edition.refresh_from_db()
    assert edition.body == {}
    assert of(writer).get(address).status_code == 405


def test_the_form_shows_names_keeps_keys_and_has_as_many_boxes_as_it_says(edition: Edition, writer: Person) -> None:
    address = f"{edition.get_absolute_url()}write/"
    texts = ["Down {sales.previous −6.5%}, by prices ({sales.factor.1})."] * 3
    of(writer).post(address, _typed(**{"c-text": texts, "c-evidence": [""] * 3}))
    edition.refresh_from_db()
    assert edition.body["conclusions"][0]["text"] == "Down {sales.previous}, by prices ({sales.factor.1})."
    page = of(writer).get(address).content.decode()
    assert "Down {sales.previous −6.5%}, by prices ({sales.factor.1 −6,590})." in page
    assert page.count('name="c-text"') == 3 and page.count('name="a-text"') == 5


def test_what_is_refused_stays_in_the_form(edition: Edition, writer: Person) -> None:
    address = f"{edition.get_absolute_url()}write/"
    answer = of(writer).post(address, _typed(**{"c-text": ["{no.such} figure"]}))
    assert answer.status_code == 422 and "no.such" in answer.content.decode()
    stale = of(writer).post(address, _typed(revision="0"))
    edition.refresh_from_db()
    assert stale.status_code == 422 and edition.body == {}


def test_the_next_report_tells_what_became_of_the_advice(cast: Cast, edition: Edition, writer: Person) -> None:
    of(writer).post(f"{edition.get_absolute_url()}write/", _typed())
    submit(Edition.objects.get(pk=edition.pk), by=writer)
    issue(Edition.objects.get(pk=edition.pk), by=cast.lin)
    later = an_edition(
        edition.report, number="ZB-2026-47", since=date(2026, 11, 16), until=date(2026, 11, 22), title="运营周报 第47周"
    )
    page = of(writer).get(later.get_absolute_url()).content.decode()
    code = Finding.objects.get().code
    assert "ZB-2026-46 gave 1 piece of advice" in page and code in page
    beside = of(writer).get(f"{later.get_absolute_url()}compare/").content.decode()
    assert "ZB-2026-46" in beside and "86,923" in beside


def test_lists_kinds_and_bad_addresses(cast: Cast, edition: Edition, writer: Person) -> None:
    client = of(cast.lin)
    assert "ZB-2026-46" in client.get("/reports/").content.decode()
    assert client.get("/reports/own/").status_code == 200
    assert "ZB-2026-46" in client.get("/reports/kinds/weekly/").content.decode()
    for address in ("/reports/999/", "/reports/kinds/nothing/", "/reports/own/999/", f"/reports/{edition.pk}/compare/"):
        assert client.get(address).status_code == 404, address
    assert of(cast.chen).get(edition.get_absolute_url()).status_code == 404
    assert of(cast.chen).get(f"{edition.get_absolute_url()}write/").status_code in (403, 404)
    assert Client().get("/reports/").status_code == 302


def test_ones_own_week_is_read_by_oneself(cast: Cast) -> None:
    done = {
        "done": [{"title": "上架检查", "url": "/assignments/1/", "by": "Lin", "word": "合格",
                  "due": "2026-11-20T10:00+08:00",
                  "done": "2026-11-20T09:00+08:00", "on_time": True}],
        "acts": [{"act": "assignments.done", "n": 2}], "counts": {"done": 1},
    }  # fmt: skip
    own = make(
        OwnReport, person=cast.lin, since=date(2026, 11, 16), until=date(2026, 11, 22), done=done,
        drafted_at=timezone.now(), plans="盘点",
    )  # fmt: skip
    page = of(cast.lin).get(own.get_absolute_url()).content.decode()
    assert "上架检查" in page and "×2" in page and "盘点" in page
    assert of(cast.chen).get(own.get_absolute_url()).status_code == 404
    assert [one.url for one in mine(cast.lin)] == [own.get_absolute_url()]


def test_short_cells_keep_to_their_line_and_long_ones_break() -> None:
    assert brief(("运营经理",)) == brief(("2026-11-26",)) == "paper-brief"
    assert brief(("下一期优惠券活动预留随机对照组",)) == ""
