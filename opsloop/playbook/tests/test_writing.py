"""Values to text and back: what did not change keeps its lines; the editor loses nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict

from opsloop.base.kinds.names import Names
from opsloop.base.kinds.registry import Form, kinds
from opsloop.playbook.book import Playbook
from opsloop.playbook.editor import Box, Editor, Offers, collect
from opsloop.playbook.reader.files import locate, read_text
from opsloop.playbook.reading.labels import Labels
from opsloop.playbook.tests import samples
from opsloop.playbook.writing import write

STANDARD = Path(__file__).parents[3] / "playbooks/standard.zh"
POSITION = kinds["position"]


def item(text: str, kind: str = "position") -> Any:
    found = read_text(kinds[kind], "x", "x.md", text)
    assert found.errors == (), [str(one) for one in found.errors]
    return found


def test_unchanged_values_give_the_same_bytes() -> None:
    for path, text in samples.FILES.items():
        kind, _ident = locate(path) or (POSITION, "")
        read = item(text, kind.name)
        assert write(kind, read.data, text, read.data) == text


def test_a_changed_field_leaves_the_other_lines_with_their_comments() -> None:
    old = item(samples.MANAGER)
    new = old.data | {"title": "运营总监", "headcount": 2}
    text = write(POSITION, new, samples.MANAGER, old.data)
    assert text.replace("title: 运营总监", "title: 运营经理").replace("headcount: 2\n", "") == samples.MANAGER
    assert "# 每次都看对照组" in text
    assert item(text).data == new


def test_a_field_that_is_emptied_goes_with_its_lines_and_comments_between_stay() -> None:
    text = '# 公司日历\ntitle: 甲\n# 时间\nhours:\n  mon: ["09:00-12:00"]\n\nnote: 乙\n'
    old = item(text, "calendar").data
    new = {name: value for name, value in old.items() if name != "note"}
    assert write(kinds["calendar"], new, text, old) == text.replace("note: 乙\n", "")


def test_values_that_yaml_would_read_otherwise_come_back_as_they_were() -> None:
    texts = [
        "yes",
        "08:30",
        "010",
        "null",
        "#1",
        "a: b",
        "- x",
        "'",
        '"',
        "多\n行\n",
        "{x}",
        "@",
        "!",
        "%",
        " 前后 ".strip(),
    ]
    data = {"title": "x", "terms": [{"term": f"t{i}", "meaning": text} for i, text in enumerate(texts)]}
    read = item(write(kinds["glossary"], data), "glossary")
    assert [one["meaning"] for one in read.data["terms"]] == [text.strip() for text in texts]


def posted(boxes: list[Box]) -> QueryDict:
    """The form as a browser sends it when nothing was touched."""
    out = QueryDict(mutable=True)
    for box in boxes:
        if box.inside or box.look in ("rows", "items", "group"):
            out.update(posted(box.inside))
        elif box.look == "checks":
            out.setlist(box.name, box.value)
        elif box.look == "check":
            if box.value:
                out[box.name] = "on"
        else:
            out[box.name] = str(box.value).replace("\n", "\r\n")
    return out


def through_the_editor(kind_name: str, data: dict[str, Any]) -> dict[str, Any]:
    kind, book = kinds[kind_name], Playbook()
    boxes = Editor(kind, Offers(Names(book), Labels(book)), {}).boxes(data)
    post = posted(boxes)
    return collect(kind, post, dict(post.lists()))


@pytest.mark.django_db
@pytest.mark.parametrize("path", samples.FILES)
def test_the_editor_gives_back_what_it_was_given(path: str) -> None:
    kind, _ident = locate(path) or (POSITION, "")
    data = item(samples.FILES[path], kind.name).data
    again = through_the_editor(kind.name, data)
    assert item(write(kind, again, samples.FILES[path], data), kind.name).data == data
    assert write(kind, again, samples.FILES[path], data) == samples.FILES[path]


@pytest.mark.django_db
def test_the_whole_standard_survives_editor_and_writer() -> None:
    for file in STANDARD.rglob("*.*"):
        found = locate(file.relative_to(STANDARD).as_posix())
        if found is None or found[0].name == "translation" or found[0].form is Form.SQL:  # those are edited as text
            continue
        kind, text = found[0], file.read_text()
        data = item(text, kind.name).data
        again = through_the_editor(kind.name, data)
        assert item(write(kind, again, text, data), kind.name).data == data
        assert item(write(kind, again), kind.name).data == data
