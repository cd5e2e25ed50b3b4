"""The SOPs of the standard that is shipped, as somebody reads them who reads no Chinese."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import override

from opsloop.base.kinds.fields import leaves
from opsloop.base.testing import Cast
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.sheet import sheet_of
from opsloop.playbook import commands
from opsloop.playbook.book import Playbook, load
from opsloop.playbook.translations import words

STANDARD = Path(__file__).parents[4] / "playbooks/standard.zh"
CHINESE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACE = re.compile(r"\{([^{}\n]*)\}")


@pytest.fixture(scope="module")
def book() -> Playbook:
    return load(STANDARD)


def test_every_text_of_every_sop_is_told_in_english(book: Playbook) -> None:
    missing, places = [], []
    for ident, sop in book.all("sop"):
        item = book.item("sop", ident)
        assert item is not None
        said = words(book, item, "en")
        for leaf in leaves(SopFile, sop):
            if not leaf.says.text or not CHINESE.search(str(leaf.value)):
                continue
            text = said.body if leaf.path == "body" else said.texts.get(leaf.path, "")
            if not text or CHINESE.search(text):
                missing.append(f"{ident} {leaf.path}")
            if leaf.path != "body" and sorted(PLACE.findall(text)) != sorted(PLACE.findall(leaf.value)):
                places.append(f"{ident} {leaf.path}")
    assert missing == []
    assert places == [], "fields in braces are those of the original"


def test_english_bodies_have_the_sections_of_the_original(book: Playbook) -> None:
    heads = re.compile(r"^## (.+)$", re.MULTILINE)
    for ident, sop in book.all("sop"):
        item = book.item("sop", ident)
        assert item is not None
        assert heads.findall(words(book, item, "en").body) == heads.findall(sop.body.text), ident


@pytest.mark.django_db
def test_whoever_reads_english_sees_no_chinese_on_the_page_of_any_sop(cast: Cast) -> None:
    """Steps, forms, conditions with their options, messages and quiz: what the page and the book show of it."""
    assert commands.publish(STANDARD, by=cast.robot, reason="The first edition.").code == 0
    with override("en"):
        rows = list(Sop.objects.all())
        assert len(rows) == 34
        for row in rows:
            page = render_to_string("sops/in_book.html", {"shown": sheet_of(row.obj, row.as_written), "own": 1})
            text = unescape(strip_tags(page))
            found = CHINESE.search(text)
            assert found is None, (row.ident, text[max(found.start() - 60, 0) : found.end() + 20])
