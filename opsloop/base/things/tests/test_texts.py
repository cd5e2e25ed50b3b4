"""Names in a row stand as the reader's language lists them."""

from __future__ import annotations

from django.utils.translation import override

from opsloop.base.things.texts import listed


def test_names_are_listed_as_the_readers_language_does() -> None:
    with override("zh-hans"):
        assert listed(["陈岚", "李航"]) == "陈岚、李航"
    with override("en"):
        assert listed(["Chen Lan", 2]) == "Chen Lan, 2"
    assert listed([]) == ""
