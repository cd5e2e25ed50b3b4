"""Addresses of views: read both ways, and whatever stands in them, no page breaks."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict
from django.utils.translation import override

from opsloop.data.explore.state import View, read

SUNDAY = date(2017, 12, 17)


def of(text: str) -> View:
    with override("en"):
        return read(QueryDict(text))


@pytest.mark.parametrize(
    "text",
    [
        "m=sales",
        "m=sales&m=orders&grain=day&by=department&by=brand&last=60&compare=year&shows=table",
        "m=sales&from=2017-01-01&to=2017-02-28&w.department=DELI&w.department=MEAT&w.products.brand=%00",
        "m=sales&grain=total&shows=bar",
    ],
)
def test_an_address_comes_back_as_it_was(text: str) -> None:
    assert of(text).problems == () and of(text).address == text


def test_an_unknown_value_is_none_in_the_filter() -> None:
    assert of("m=sales&w.brand=%00&w.brand=A").where == (("brand", (None, "A")),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("m=sales&grain=fortnight", "fortnight is not known here"),
        ("m=sales&from=2017-02-30", "2017-02-30 is not a day"),
        ("m=sales&from=2017-03-01&to=2017-02-01", "before the first"),
        ("m=a&m=b&m=c&m=d&m=e&m=f&m=g", "At most 6"),
        ("m=sales&compare=yesteryear", "yesteryear"),
    ],
)
def test_what_is_not_understood_is_left_out_and_said(text: str, said: str) -> None:
    assert said in of(text).problems[0]


def test_a_view_covers_whole_periods_up_to_the_data() -> None:
    assert of("m=sales").span(SUNDAY) == (date(2017, 9, 18), SUNDAY)
    assert of("m=sales&last=2").span(date(2017, 12, 20)) == (date(2017, 12, 4), SUNDAY)
    assert of("m=sales&grain=month&last=1").span(SUNDAY) == (date(2017, 11, 1), date(2017, 11, 30))
    assert of("m=sales&grain=total").span(SUNDAY) == (date(2017, 11, 20), SUNDAY)


def test_a_span_that_is_asked_for_is_kept_but_not_without_end() -> None:
    assert of("m=sales&from=2017-12-02&to=2017-12-05").span(SUNDAY) == (date(2017, 12, 2), date(2017, 12, 5))
    since, until = of("m=sales&grain=day&from=1900-01-01").span(SUNDAY)
    assert (until - since).days == 399
    assert of("m=sales&from=2018-05-01").span(SUNDAY) == (date(2018, 5, 1), date(2018, 5, 1))
