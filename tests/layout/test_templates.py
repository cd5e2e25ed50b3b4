"""Templates carry no script and no style of their own, and fetch nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.layout.tree import files, where

RULES = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I),
    "an event attribute": re.compile(
        r"\s(?:on(?:click|change|input|submit|load|error|key\w+|mouse\w+|focus|blur)|hx-on[:a-z-]*)\s*=", re.I
    ),
    "a script address": re.compile(r"javascript:", re.I),
    "a style element": re.compile(r"<style", re.I),
    "a fixed style attribute": re.compile(r"\sstyle=\"(?![^\"]*\{\{)", re.I),
    "something from another host": re.compile(r"(?:src|href)=\"(?:https?:)?//", re.I),
    "a value that is not escaped": re.compile(r"\|\s*safe\b|autoescape\s+off"),
}
TAGS = re.compile(r"\{%.*?%\}", re.S)


def kept(tag: re.Match[str]) -> str:
    """Words of template tags are no attributes; only what switches escaping off counts in them."""
    return tag.group() if "autoescape" in tag.group() else ""


MAILS = "mails"
"""Mail readers know no style sheets: templates in a folder of this name may carry styles."""


def pages() -> list[Path]:
    return [one for one in files("*.html") if MAILS not in one.parts]


@pytest.mark.parametrize("what", RULES)
def test_templates_are_free_of(what: str) -> None:
    found = [one for one in pages() if RULES[what].search(TAGS.sub(kept, one.read_text(encoding="utf-8")))]
    assert [where(one) for one in found] == []


def test_the_rules_find_what_they_are_for() -> None:
    bad = {
        "an inline script": "<script>x()</script>",
        "an event attribute": '<a onclick="x()">',
        "a script address": 'href="javascript:x()"',
        "a style element": "<style>",
        "a fixed style attribute": '<p style="color:red">',
        "something from another host": '<img src="https://elsewhere/x.png">',
        "a value that is not escaped": "{{ x|safe }}",
    }
    assert all(RULES[what].search(text) for what, text in bad.items())
    assert not RULES["an inline script"].search('<script defer src="/x.js">')
    assert not RULES["something from another host"].search('<a href="/people/">')


def test_icons_that_are_named_exist() -> None:
    from tools.assets import NODE, used_icons

    folder = NODE / "@tabler/icons/icons/outline"
    if not folder.exists():
        pytest.skip("npm ci --ignore-scripts was not run")
    assert [name for name in sorted(used_icons()) if not (folder / f"{name}.svg").exists()] == []
