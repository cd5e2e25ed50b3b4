"""An entry as a sentence in the reader's language: made when it is read, from the act's `done` and the values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Choices
from django.utils import formats, timezone
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext as _n

from opsloop.base.acts.args import Param
from opsloop.base.acts.naming import GONE, PERSON, Names, moment
from opsloop.base.acts.registry import Act, registry
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.things.texts import listed

OWN_WORDS = frozenset({"by", "object", "result", "n"})
"""What `done` may name besides the act's object and values: who, the object or what was made, the answer, how many."""


def sentence(entry: Entry, reader: Person) -> str:
    """One entry told to one reader."""
    return sentences([entry], reader)[0]


def sentences(entries: Iterable[Entry], reader: Person) -> list[str]:
    """Many entries in their order, with a number of queries that does not grow with them."""
    names = Names(entries, reader)
    return [_one(entry, names) for entry in names.entries]


def words_of(this: Act) -> frozenset[str]:
    """Every name that an act's `done` may use."""
    own = {this.subject.name} if this.subject is not None else set()
    return OWN_WORDS | own | {p.name for p in this.params}


def _one(entry: Entry, names: Names) -> str:
    this, who = registry.get(entry.act), _who(entry, names)
    if this is None:
        said = _t("{by} did {act}: {object}").format(by=who, act=entry.act, object=names.subject(entry) or "-")
    else:
        said = str(this.done).format_map(_Words(_words(this, entry, names, who)))
    if entry.happened == entry.at:
        return said
    times = {"happened": shown_moment(moment(entry.happened)), "at": shown_moment(moment(entry.at))}
    return said + _t(" (happened {happened}, recorded {at})").format(**times)


class _Words(dict[str, str]):
    def __missing__(self, name: str) -> str:
        """The act once had a value of this name, or has it since."""
        return "…"


def _who(entry: Entry, names: Names) -> str:
    by = names.name(PERSON, entry.by_id)
    if entry.behalf_id is None:
        return by
    return _t("{by} (for {behalf})").format(by=by, behalf=names.name(PERSON, entry.behalf_id))


def _words(this: Act, entry: Entry, names: Names, who: str) -> dict[str, str]:
    body, subject = names.bodies[entry.pk], names.subject(entry)
    words = {"by": who, "object": subject, "n": str(len(body["args"].get("on", []))) if this.subject else "0"}
    if "result" in body:
        words["result"] = names.of(body["result"][0], body["result"][1:])
    elif "answer" in body:
        words["result"] = str(body["answer"])
    else:
        words["result"] = subject
    for p in this.params:
        value = body["args"].get(p.name)
        value = names.bare(entry, f"args/{p.name}", value, entry.object_type, entry.object_id, p.name)
        words[p.name] = shown_value(p, value, names)
    if this.subject is not None:
        words[this.subject.name] = subject
    return words


def shown_value(p: Param, value: Any, names: Names) -> str:
    """A value of an entry as text: labels for enums, names for objects, local dates and numbers."""
    if value is None or value == GONE:
        return value or ""
    if p.is_rows:
        return _n("{n} row", "{n} rows", len(value)).format(n=len(value))
    parts = value if p.many and isinstance(value, list) else [value]
    try:
        said = [_plain(p, part, names) for part in parts]
    except (ValueError, TypeError, ArithmeticError):  # the act took another type then
        said = [str(part) for part in parts]
    return listed(said)


def _plain(p: Param, value: Any, names: Names) -> str:
    if p.is_model:
        return names.of(p.type._meta.label_lower, value)
    if issubclass(p.type, Choices):
        return str(p.type(value).label)
    if p.type in (bool, datetime, date, Decimal):
        return shown_plain(value if p.type is bool else p.type(value) if p.type is Decimal else _when(p.type, value))
    return str(value)


def _when(kind: Any, value: str) -> Any:
    return kind.fromisoformat(value)


def shown_plain(value: Any) -> str:
    """Yes or no, dates, moments and numbers in the reader's manner."""
    if isinstance(value, bool):
        return _t("Yes") if value else _t("No")
    if isinstance(value, datetime):
        return shown_moment(value)
    if isinstance(value, date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(value, Decimal):
        return formats.number_format(value)
    return "" if value is None else str(value)


def shown_moment(value: datetime) -> str:
    """In the zone of the organisation."""
    return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
