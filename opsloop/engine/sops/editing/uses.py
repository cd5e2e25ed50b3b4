"""Where a field of the case is used: forms, people named in it, conditions, titles. Pure, over plain values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from opsloop.engine.sops.editing import tree
from opsloop.engine.sops.expressions import ExpressionError, names, parse
from opsloop.engine.sops.placeholders import PLACE, STANDARD, places
from opsloop.engine.sops.saying import FIELD

CONDITIONS = frozenset({"when", "until", "repeat_until", "amount"})
NAMED = frozenset({"for_each", "happened"})
INSIDE = frozenset({"steps", "otherwise"})
TEXTS = ("title", "text")
"""Keys of texts in which fields stand in braces."""
PLACED = ("id", "title")
HEAD = ("start", "levels", "messages", "raises", "on_cancel")


@dataclass(frozen=True, slots=True)
class Use:
    """One block, or one key of the head, that uses the field. form: only its forms do, so it can just be taken off."""

    place: str
    form: bool


def uses(values: tree.Raw, ident: str, title: str) -> list[Use]:
    """Blocks by their keys, then keys of the head."""
    found = [(spot.key, set(_sorts(_own(spot.raw), ident, title))) for spot in tree.spots(values)]
    found += [(key, set(_sorts({key: values.get(key)}, ident, title))) for key in HEAD]
    return [Use(place, sorts == {"form"}) for place, sorts in found if sorts]


def take_off(values: tree.Raw, ident: str) -> None:
    """Off every form, the key and the moment that cases begin with; conditions and persons stay, to be put right."""
    for holder in (*(spot.raw for spot in tree.spots(values)), values.get("start")):
        if isinstance(holder, dict) and isinstance(holder.get("form"), list):
            holder["form"] = [one for one in holder["form"] if _field(one) != ident]
            if not holder["form"]:
                holder.pop("form")
    start = values.get("start")
    if isinstance(start, dict):
        if isinstance(start.get("key"), list):
            start["key"] = [one for one in start["key"] if one != ident]
        if start.get("happened") == ident:
            start.pop("happened")


def rename(values: tree.Raw, ident: str, old: str, new: str) -> None:
    """Titles and messages that name the field by its old title name it by the new one; by its id where the new title
    means something else too, or cannot stand in braces."""
    others = {str(one.get(key)) for one in values.get("fields") or [] if one.get("id") != ident for key in PLACED}
    if not old or old == new or old in others:
        return  # nothing named this field by it, or nobody can tell which
    standard = {word for key, words in STANDARD.items() for word in (key, *words)}
    word = new if new and new not in {*others, *standard} and PLACE.fullmatch(f"{{{new}}}") else ident

    def put(found: re.Match[str]) -> str:
        return f"{{{word}}}" if found[1].strip() == old else found[0]

    for holder in (*(spot.raw for spot in tree.spots(values)), *(values.get(key) for key in HEAD)):
        _put(holder, put)


def _put(value: Any, put: Callable[[re.Match[str]], str]) -> None:
    """In every title and text inside."""
    if isinstance(value, list):
        for one in value:
            _put(one, put)
    elif isinstance(value, dict):
        for key, one in value.items():
            if isinstance(one, str) and key in TEXTS:
                value[key] = PLACE.sub(put, one)
            else:
                _put(one, put)


def _own(raw: tree.Raw) -> Any:
    """A block without the steps inside it."""
    if isinstance(raw, dict):
        return {key: _own(one) for key, one in raw.items() if key not in INSIDE}
    return [_own(one) for one in raw] if isinstance(raw, list) else raw


def _field(one: Any) -> str:
    return str(one.get("field", "")) if isinstance(one, dict) else str(one)


def _sorts(value: Any, ident: str, title: str, key: str = "", holder: str = "") -> Iterator[str]:
    """form, person, condition or text, for each place inside the value that names the field."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _sorts(one, ident, title, str(name), key)
    elif isinstance(value, list):
        for one in value:
            if key == "form" and not isinstance(one, dict):
                yield from _sorts(one, ident, title, "field", "form")
            else:
                yield from _sorts(one, ident, title, key, holder)
    elif isinstance(value, str) and (sort := _sort(value, ident, title, key, holder)):
        yield sort


def _sort(text: str, ident: str, title: str, key: str, holder: str) -> str:
    if key == "field" and text == ident:
        return "form"
    if text == f"{FIELD}{ident}":
        return "person"
    if (key in NAMED or key == "key") and text == ident:
        return "form" if key != "for_each" else "condition"
    if (key in CONDITIONS or holder == "with") and ident in _names(text):
        return "condition"
    return "text" if key in TEXTS and {ident, title} & set(places(text)) else ""


def _names(text: str) -> set[str]:
    try:
        return {one.partition(".")[0] for one in names(parse(text))}
    except ExpressionError:
        return set()
