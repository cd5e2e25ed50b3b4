"""The page frame: who gets it, in which language, with which headers."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, make
from opsloop.ui import formats, navigation
from opsloop.ui.security import HeadersMiddleware, policy
from opsloop.ui.testing import signed_in


@pytest.fixture
def lin(cast: Cast) -> Client:
    return signed_in(cast.lin, language="")


def test_the_start_page_greets_by_name(lin: Client) -> None:
    page = lin.get("/")
    assert page.status_code == 200
    assert "Lin" in page.content.decode()
    assert 'id="main"' in page.content.decode()


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in() -> None:
    page = Client().get("/go/?q=x")
    assert page.status_code == 302
    assert page["Location"] == "/sign-in/?next=/go/%3Fq%3Dx"


def test_every_page_forbids_foreign_and_inline_scripts(lin: Client) -> None:
    said = lin.get("/")["Content-Security-Policy"]
    assert "script-src 'self';" in said
    assert "frame-ancestors 'none'" in said
    assert "unsafe-inline" not in said.split("style-src-attr")[0]
    assert policy() == said


@pytest.mark.parametrize(("kind", "told"), [("text/css", False), ("text/javascript", False), ("image/svg+xml", True)])
def test_only_what_a_browser_could_open_as_a_page_bears_the_policy(kind: str, told: bool) -> None:
    answer = HeadersMiddleware(lambda _request: HttpResponse(b"", content_type=kind))(RequestFactory().get("/static/x"))
    assert ("Content-Security-Policy" in answer.headers) is told


def test_the_language_switch_stays_on_the_page(lin: Client) -> None:
    assert '<html lang="zh-hans"' in lin.get("/").content.decode()
    answer = lin.post(reverse("language"), {"language": "en", "next": "/go/?q=a"})
    assert answer["Location"] == "/go/?q=a"
    assert '<html lang="en"' in lin.get("/").content.decode()


def test_the_language_switch_leads_nowhere_else(lin: Client) -> None:
    for evil in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert lin.post(reverse("language"), {"language": "en", "next": evil})["Location"] == "/"
    assert lin.post(reverse("language"), {"language": "xx", "next": "/"}).cookies.get("django_language") is None


def test_a_person_reads_in_their_own_language(cast: Cast) -> None:
    wu = make(Person, name="Ann", language="en")
    assert '<html lang="en"' in signed_in(wu, language="").get("/").content.decode()


def test_an_unknown_address_is_a_page_with_a_way_back(lin: Client) -> None:
    page = lin.get("/no-such-thing/")
    assert page.status_code == 404
    assert 'href="/"' in page.content.decode()


def test_the_drawer_gets_only_the_inside_of_a_page(lin: Client) -> None:
    page = lin.get("/", headers={"HX-Request": "true", "HX-Target": "div#drawer-body"}).content.decode()
    assert "<html" not in page
    assert "drawer-title" in page


def test_the_menu_marks_the_longest_address(cast: Cast) -> None:
    here = [line.url for line in navigation.lines(cast.lin, "/") if line.here]
    assert here == ["/"]
    assert [line for line in navigation.lines(cast.lin, "/go/") if line.here] == []


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(86923, "8.69万", "86.92K"), (128_600_000, "1.29亿", "128.6M"), (-12345, "−1.23万", "−12.35K"), (None, "—", "—")],
)
def test_large_numbers_are_short_in_both_languages(value: object, zh: str, en: str) -> None:
    from django.utils.translation import override

    with override("zh-hans"):
        assert formats.short(value) == zh
    with override("en"):
        assert formats.short(value) == en


def test_numbers_money_and_shares_read_well() -> None:
    assert formats.number(1234567.5) == "1,234,567.5"
    assert formats.number("0.10") == "0.1"
    assert formats.number(1200) == "1,200"
    assert formats.money("-52000") == "−¥52,000.00"
    assert formats.percent(0.844) == "84.4%"
    assert formats.number("n/a") == "n/a"


def test_a_change_says_its_direction_in_words() -> None:
    from django.utils.translation import override

    with override("en"):
        worse = formats.delta(-0.065, "up")
        assert "−6.5%" in worse and "falling, worse" in worse and "delta-bad" in worse
        assert "better" in formats.delta(-0.1, "down")
        assert "better" not in formats.delta(0.1)
        assert "unchanged" in formats.delta(0)


def test_a_change_bears_its_sign_and_what_is_rounded_away_has_none() -> None:
    shown = [formats.signed_percent(one) for one in (0.0655, -0.0655, 0.0, 0.0004, -0.0004, 0.0005, None)]
    assert shown == ["+6.6%", "−6.6%", "0.0%", "0.0%", "0.0%", "+0.1%", "—"]
