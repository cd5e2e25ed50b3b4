"""The reference page of a kind, in the reader's language: every field, made from the class and so never out of date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.fields import Choice, Either, Field, Group, Keyed, Many, OneOf, Plain, Shape, Whole, fields_of
from opsloop.base.kinds.names import titles
from opsloop.base.kinds.registry import Form, Kind, kinds
from opsloop.base.things.errors import Text

WORDS: dict[type, Text] = {
    str: _("text"),
    int: _("whole number"),
    Decimal: _("number"),
    bool: _("yes or no"),
    date: _("day, such as 2026-01-31"),
}
PLACES: dict[str, Text] = {"act": _("acts"), "noun": _("subjects"), "department": _("departments")}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page; `key` is dotted, a list's rows are marked by []."""

    key: str
    label: str
    type: str
    required: bool
    help: str
    example: str


def rows(kind: Kind) -> list[Row]:
    """All fields, nested ones after the field that holds them."""
    return list(_rows(kind.cls, "", ()))


def _rows(cls: type, prefix: str, around: tuple[OneOf, ...]) -> Iterator[Row]:
    for f in fields_of(cls):
        key = f"{prefix}{f.key}"
        yield Row(key, str(f.says.label), type_words(f), f.required, str(f.says.help), f.says.example)
        yield from _inside(f.shape, key, around)


def _inside(shape: Shape, key: str, around: tuple[OneOf, ...]) -> Iterator[Row]:
    """What holds more of its own sort, as blocks of steps do, is described once: `around` is what it stands in."""
    match shape:
        case Many(item):
            yield from _inside(item, f"{key}[]", around)
        case Keyed(value):
            yield from _inside(value, f"{key}.*", around)
        case Group(cls):
            yield from _rows(cls, f"{key}.", around)
        case OneOf(members) if shape not in around:
            for one in members:
                yield from _rows(one.cls, f"{key}.", (*around, shape))
        case _:
            return


def type_words(f: Field) -> str:
    """What may stand in the field, in words."""
    words = _words(f.shape)
    if f.says.refs:
        where = ", ".join(place(ref) for ref in f.says.refs)
        said = _t("id, from: {where}").format(where=where)
        words = f"{words} ({said})"
    return words


def place(ref: str) -> str:
    """A kind or namespace by its title; an id of what is not installed stays as it is."""
    if ref in kinds:
        return str(kinds[ref].plural)
    return str(PLACES.get(ref) or titles.get(ref, ref))


def _words(shape: Shape) -> str:
    match shape:
        case Many(item):
            return _t("list of {what}").format(what=_words(item))
        case Keyed(value):
            return _t("name: {what}").format(what=_words(value))
        case Group() | OneOf():
            return _t("fields")
        case Choice(options):
            return " | ".join(f"{value} ({label})" for value, label in options.choices)
        case Plain(plain_type):
            return str(WORDS[plain_type])
        case Either():
            return _t("text, or list of text")
        case Whole():
            return _t("the rest of the file")


def markdown(kind: Kind) -> str:
    """The page as Markdown."""
    forms = {
        Form.MARKDOWN: _t("Markdown with a YAML head between two lines of ---"),
        Form.YAML: _t("YAML"),
        Form.SQL: _t("one SELECT after a leading comment"),
    }
    file, binding = _t("File"), _t("A new version")
    columns = [_t("Key in the file"), _t("Name"), _t("What may stand there"), _t("Needed"), _t("Notes")]
    head = [
        f"# {kind.title} (`{kind.name}`)",
        "",
        str(kind.about),
        "",
        f"- {file}: `{kind.path(kind.name if kind.single else '<id>')}`, {forms[kind.form]}",
        f"- {binding}: {kind.binding.label}",
        "",
        f"| {' | '.join(columns)} |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *map(_line, rows(kind)), ""])


def _line(row: Row) -> str:
    cells = [
        f"`{row.key}`",
        row.label,
        row.type.replace("|", "\\|"),
        _t("yes") if row.required else "",
        " ".join([row.help, f"`{row.example}`"] if row.example else [row.help]).strip(),
    ]
    return f"| {' | '.join(cells)} |"
