"""The form of a new source: a line for each heading of the file, and back from what was posted to the file's values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opsloop.base.kinds.authoring import Fault
from opsloop.base.things.errors import Text
from opsloop.data.cleaning.readers.headings import plain
from opsloop.data.imports.guessing import Known, column, column_names, type_of
from opsloop.data.imports.looking import Look
from opsloop.data.imports.whose import Choice, choices, read, strange, told

Post = Mapping[str, str]
TEXTS = (
    "title",
    "meaning",
    "owner",
    "every",
    "on",
    "expected_by",
    "timezone",
    "day_starts",
    "currency",
    "brings",
    "time",
)
"""Plain fields of the source that the form asks for; what it does not ask for stays as it was proposed."""
PARTS = ("columns", "key", "arrives", "whose")
"""What is made anew out of several fields."""
COLUMN = ("type", "title", "required", "personal", "format", "from")
DEFAULTS = {"every": "day", "brings": "rows", "day_starts": "00:00"}


@dataclass(frozen=True, slots=True)
class Line:
    """One heading of the file and the column that it makes. unsure: day or month first could not be told."""

    n: int
    heading: str
    take: bool
    name: str
    title: str
    type: str
    required: bool
    key: bool
    personal: str
    format: str
    examples: Sequence[str]
    filled: int
    distinct: int
    wrong: int
    unsure: bool
    errors: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """The page's fields. errors: field -> what is wrong there, "" for what belongs to none."""

    ident: str
    values: Mapping[str, Any]
    drop: str
    lines: Sequence[Line]
    times: Sequence[tuple[str, str]]
    whose: str
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def sights(self) -> Sequence[Choice]:
        """Whose rows they may be said to be."""
        return choices([(one.name, one.title, one.type) for one in self.lines], self.whose)

    @property
    def strange(self) -> Text:
        """What speaks against the column that says whose they are."""
        return strange(self.whose, {one.name: one.examples for one in self.lines})

    @property
    def general(self) -> Sequence[str]:
        return self.errors.get("", ())


def form_of(look: Look, ident: str, values: Mapping[str, Any], known: Known, faults: Sequence[Fault] = ()) -> Form:
    """The form that shows these values over the headings of the file."""
    errors = _by_field(faults, values.get("columns", {}))
    lines = list(_lines(look, values, known, errors))
    times = [(one.name, one.title) for one in lines if one.type in ("date", "datetime")]
    shown = {**DEFAULTS, **{key: values.get(key, "") for key in TEXTS if values.get(key)}}
    drop = str(dict(values.get("arrives", {})).get("drop", ""))
    return Form(ident, shown, drop, lines, times, told(values.get("whose")), errors)


def _lines(look: Look, values: Mapping[str, Any], known: Known, errors: Mapping[str, Sequence[str]]) -> Iterator[Line]:
    names = by_heading(look.headings, values.get("columns", {}))
    proposed = column_names(look.headings, known)
    for n, (heading, seen) in enumerate(zip(look.headings, look.columns, strict=True)):
        name = names.get(heading, "")
        made = type_of(seen, known.zone)
        said = values["columns"][name] if name else column(seen, made, look.sample)
        fits = seen.fits.get(said.get("type", "text"), seen.filled) if not said.get("format") else seen.filled
        yield Line(
            n, heading, bool(name), name or proposed[n], said.get("title") or heading, said.get("type", "text"),
            bool(said.get("required")), name in values.get("key", ()), said.get("personal", ""),
            _one(said.get("format", "")), seen.examples, seen.filled, seen.distinct, seen.filled - fits,
            made.unsure and bool(said.get("format")), errors.get(f"columns.{name}", ()),
        )  # fmt: skip


def _one(value: Any) -> str:
    return str(value) if isinstance(value, str) else ", ".join(map(str, value))


def by_heading(headings: Sequence[str], columns: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """heading -> the column that it is, by the column's name, its headings and its title."""
    there = {plain(one): one for one in headings}
    out: dict[str, str] = {}
    for name, said in columns.items():
        others = said.get("from", ())
        names = [name, *((others,) if isinstance(others, str) else others), said.get("title", "")]
        heading = next((there[plain(one)] for one in names if one and plain(one) in there), None)
        if heading is not None:
            out.setdefault(heading, name)
    return out


def values_of(look: Look, post: Post, before: Mapping[str, Any]) -> tuple[str, dict[str, Any], list[Fault]]:
    """(id, values, what a mapping cannot hold) of a posted form. before: what was proposed, for all else it says."""
    columns: dict[str, dict[str, Any]] = {}
    names = by_heading(look.headings, before.get("columns", {}))
    key, faults = list[str](), list[Fault]()
    for n, heading in enumerate(look.headings):
        if not post.get(f"take-{n}"):
            continue
        name = post.get(f"name-{n}", "").strip().lower()
        if name in columns or not name:
            faults.append(Fault(f"columns.{name}", f"{heading}: {name or '?'}"))
            continue
        columns[name] = _column(n, heading, name, post, before.get("columns", {}).get(names.get(heading, ""), {}))
        if post.get(f"key-{n}"):
            key.append(name)
    values = {name: said for name, said in before.items() if name not in (*TEXTS, *PARTS)}
    values |= {name: said for name in TEXTS if (said := post.get(name, "").strip()) and said != DEFAULTS.get(name)}
    values["arrives"] = {**dict(before.get("arrives", {})), "drop": post.get("drop", "").strip()}
    if sight := read(post.get("whose", "")):
        values["whose"] = sight
    values["columns"] = columns
    if key:
        values["key"] = key
    return post.get("ident", "").strip().lower(), values, faults


def _column(n: int, heading: str, name: str, post: Post, before: Mapping[str, Any]) -> dict[str, Any]:
    out = {key: value for key, value in before.items() if key not in COLUMN}
    title, made = post.get(f"title-{n}", "").strip(), post.get(f"type-{n}", "text")
    out |= {"type": made, "title": title or heading}
    others = before.get("from", ())
    called = [one for one in ((others,) if isinstance(others, str) else others) if plain(one) != plain(heading)]
    if plain(heading) not in (plain(name), plain(title or heading)):
        called.insert(0, heading)
    if called:
        out["from"] = called
    if post.get(f"required-{n}"):
        out["required"] = True
    if kind := post.get(f"personal-{n}", ""):
        out["personal"] = kind
    if made in ("date", "datetime") and (form := post.get(f"format-{n}", "").strip()):
        out["format"] = form
    return out


def _by_field(faults: Sequence[Fault], columns: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong, by the field of the page where it is shown."""
    out: dict[str, list[str]] = {}
    for one in faults:
        first, _dot, rest = one.field.partition(".")
        column = rest.partition(".")[0]
        if first == "columns" and column in columns:
            at = f"columns.{column}"
        elif first in (*TEXTS, "key", "ident", "whose") or one.field == "arrives.drop":
            at = "drop" if first == "arrives" else first
        else:
            at = ""
        out.setdefault(at, []).append(one.text)
    return out
