"""The catalogue and the page of a metric, over a shop whose figures are worked by hand."""

from __future__ import annotations

import pytest
from django.test import Client

from opsloop.base.testing import Cast, make
from opsloop.data.explore.tests.test_pages import of, text_of, two_weeks  # noqa: F401
from opsloop.data.metrics.models import PastTotal, Target
from opsloop.data.metrics.tests.shop import sales

pytestmark = pytest.mark.django_db


def test_the_catalogue_shows_what_there_is_and_what_waits(cast: Cast) -> None:
    client = of(cast.wu)
    text = text_of(client.get("/metrics/").content.decode())
    assert "4 numbers" in text and text.index("Key metric") < text.index("Waiting for data") < text.index("成本")
    lines = text_of(client.get("/metrics/section/key/").content.decode())
    assert "90.00" in lines and "−10.0% worse" in lines and "15 Mar 2026" in lines


def test_it_is_narrowed_by_words_and_source(cast: Cast) -> None:
    client = of(cast.wu)
    assert "average-order" not in client.get("/metrics/?q=orders%20m").content.decode().split("<tbody")[-1]
    assert "Nothing fits" in client.get("/metrics/?q=zebra").content.decode()
    assert "成本" in client.get("/metrics/?source=costs").content.decode()


def test_a_metrics_page_says_all_that_is_known_of_it(cast: Cast) -> None:
    page = of(cast.wu).get("/metrics/sales/").content.decode()
    text = text_of(page)
    assert "90.00" in text and "−10.0% worse" in text and "no data for last year" in text
    assert "sum of amount" in text and "data-chart=" in page and "48% reached" in text
    assert "/explore/explain/?metric=sales" in page and "by=department" in page
    assert "sales ÷ orders" in text_of(of(cast.chen).get("/metrics/average-order/").content.decode())


def test_a_waiting_metric_says_for_what(cast: Cast) -> None:
    assert "成本" in of(cast.wu).get("/metrics/margin/").content.decode()


def test_a_target_that_was_set_goes_before_the_files(cast: Cast) -> None:
    make(Target, metric="sales", grain="month", first_day="2026-03-01", value=200)
    assert "95% reached" in text_of(of(cast.wu).get("/metrics/sales/").content.decode())


def test_a_month_typed_in_is_what_last_year_was(cast: Cast) -> None:
    make(PastTotal, metric="sales", month="2025-03-01", value=152)
    address = "/explore/?m=sales&grain=month&from=2026-03-01&to=2026-03-31&compare=year"
    running = text_of(of(cast.wu).get(address).content.decode())
    assert "152.00" not in running and "No data for last year." in running, "half a month is not held against a whole"
    sales([("z", "ann", "p1", "north", "190.00", "0.00", 1, "2026-03-31")])
    whole = text_of(of(cast.wu).get(address).content.decode())
    assert "152.00" in whole and "+25.0%" in whole


def test_what_is_not_there_is_not_found_and_rights_are_needed(cast: Cast) -> None:
    assert of(cast.wu).get("/metrics/nothing/").status_code == 404
    assert Client().get("/metrics/").status_code == 302
