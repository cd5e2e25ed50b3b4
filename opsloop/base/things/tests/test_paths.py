"""A path of ours leads nowhere else, however it is written."""

from __future__ import annotations

import pytest

from opsloop.base.things.paths import ours


@pytest.mark.parametrize("link", ["/", "/monitors/alerts/7/", "/explore/?m=sales&to=//x", "/reports/7/#directions"])
def test_a_path_of_ours_is_one(link: str) -> None:
    assert ours(link)


@pytest.mark.parametrize(
    "link",
    ["", "x", "//x.example/", "https://x.example/", "javascript:alert(1)", "/\\x.example/", "///x.example", " /x"],
)
def test_what_leads_elsewhere_is_none(link: str) -> None:
    assert not ours(link)
