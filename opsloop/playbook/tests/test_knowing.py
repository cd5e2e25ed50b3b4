"""What apps below the playbook learn of published things."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django.utils.translation import override

from opsloop.base.kinds.known import coming, editions, namings
from opsloop.base.testing import Cast
from opsloop.playbook import changes, queries
from opsloop.playbook.actions import propose, publish
from opsloop.playbook.book import load
from opsloop.playbook.changes import LineRow
from opsloop.playbook.store import keep, keep_all
from opsloop.playbook.tests import samples

pytestmark = pytest.mark.django_db


def publish_folder(cast: Cast, folder: Path, reason: str) -> None:
    book = load(folder)
    keep_all(item.text for item in book.items.values())
    publish(propose(by=cast.robot, reason=reason, lines=changes.against(book, queries.latest())), by=cast.robot)


def test_versions_say_what_each_changed_and_why(cast: Cast, tmp_path: Path) -> None:
    publish_folder(cast, samples.write(tmp_path), "The first edition.")
    text = samples.GLOSSARY.replace("正在执行的标准流程", "正在办理的标准流程")
    publish_folder(cast, _changed(tmp_path, text), "A better word.")
    with override("en"):
        found = editions("glossary", "operations")
    assert [(one.number, one.reason) for one in found] == [(2, "A better word."), (1, "The first edition.")]
    assert found[0].keys == ("terms",) and found[0].changed and found[1].changed == ()
    assert found[0].url == "/playbook/glossary/operations/versions/2/"


def _changed(folder: Path, text: str) -> Path:
    (folder / "glossary/operations.yaml").write_text(text, encoding="utf-8")
    return folder


def test_what_begins_later_is_known_in_its_order_without_what_was_taken_back(cast: Cast, tmp_path: Path) -> None:
    publish_folder(cast, samples.write(tmp_path), "The first edition.")
    texts = [samples.GLOSSARY.replace("案例", word) for word in ("实例", "样例")]
    days = [timezone.localdate() + timedelta(days=n) for n in (2, 5)]
    for n, (text, day) in enumerate(zip(texts, days, strict=True), 1):
        row = LineRow("glossary", "operations", keep(text), n)
        publish(propose(by=cast.robot, reason="Words.", lines=[row], effective_from=day), by=cast.robot)
    found = coming("glossary", "operations")
    assert [(one.number, one.from_day, one.keys) for one in found] == [
        (2, days[0], ("terms",)),
        (3, days[1], ("terms",)),
    ]
    back = LineRow("glossary", "operations", keep(texts[0]), 3)
    publish(propose(by=cast.robot, reason="Not that.", lines=[back], effective_from=days[1]), by=cast.robot)
    assert [one.number for one in coming("glossary", "operations")] == [2]
    assert coming("position", "operations-manager") == []


def test_what_names_a_thing_is_known_with_the_fields(cast: Cast, tmp_path: Path) -> None:
    publish_folder(cast, samples.write(tmp_path), "The first edition.")
    found = namings("position", "operations-manager")
    assert [(one.kind, one.ident, one.fields) for one in found] == [
        ("position", "operations-specialist", ("reports_to", "talks_to"))
    ]
    assert namings("position", "operations-specialist") == []


def test_what_is_not_there_is_named_by_nobody(cast: Cast) -> None:
    assert editions("glossary", "nothing") == [] and namings("position", "nobody") == []
