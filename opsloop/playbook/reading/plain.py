"""Any kind's page field by field, for kinds without a page of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.kinds.fields import Choice, Field, Keyed, Many, Whole, fields_of
from opsloop.base.kinds.registry import kinds
from opsloop.playbook.reader.files import Item
from opsloop.playbook.reading.labels import Labels, language
from opsloop.playbook.reading.markdown import render
from opsloop.playbook.reading.worded import worded
from opsloop.playbook.translations import Words, words


@dataclass(frozen=True)
class PlainPage:
    """Labelled values in the order of the class, and the body."""

    item: Item
    words: Words
    rows: list[tuple[str, str]]
    body: str


def plain_page(labels: Labels, item: Item) -> PlainPage:
    """Every field that says something, in the reader's language."""
    said = words(labels.book, item, language())
    rows, body = [], ""
    for f in fields_of(kinds[item.kind].cls):
        value = item.data.get(f.key)
        if value in (None, "", [], {}) or f.key == "title":
            continue
        if isinstance(f.shape, Whole):
            body = render(said.body or value, level=1)
        else:
            rows.append((str(f.says.label), _shown(labels, said, f, value)))
    return PlainPage(item, said, rows, body)


def _shown(labels: Labels, said: Words, f: Field, value: Any) -> str:
    if isinstance(f.shape, Choice):
        return str(f.shape.options(value).label)
    if f.says.refs and isinstance(value, str):
        return labels.title(f.says.refs, value)[0]
    if isinstance(value, str):
        return said.text(f.key, value)
    if isinstance(f.shape, Keyed) and all(isinstance(one, dict) and "title" in one for one in value.values()):
        return "\n".join(_titled(labels, said, f, key, one) for key, one in value.items())
    if isinstance(f.shape, Many) and isinstance(value, list) and isinstance(value[0], dict):
        return "\n".join(worded(labels, f.shape.item, f.says, row) for row in value)
    return worded(labels, f.shape, f.says, value)


def _titled(labels: Labels, said: Words, f: Field, key: str, one: dict[str, Any]) -> str:
    """A row that has a title, as a column of a source: its title, what files call it, then the rest."""
    title = said.text(f"{f.key}.{key}.title", str(one["title"]))
    rest = {name: each for name, each in one.items() if name != "title"}
    name = title if title == key else f"{title} ({key})"
    if not rest or not isinstance(f.shape, Keyed):
        return name
    return _t("{label}: {value}").format(label=name, value=worded(labels, f.shape.value, f.says, rest))
