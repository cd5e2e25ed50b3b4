"""A new source's values out of what was seen in a file. Proposals only: the person looks at each and says."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from opsloop.data.cleaning.readers.headings import plain
from opsloop.data.imports import words
from opsloop.data.imports.looking import Look, Seen

ENOUGH = 0.95
"""So much of a column must fit a type; the rest would be set aside."""
AMOUNTS = ("money", "number")
ENDINGS = re.compile(r"(\.(csv|tsv|tab|txt|xlsx|xlsm|xls|jsonl|ndjson|json|parquet|pq|gz))+$", re.IGNORECASE)
DATED = re.compile(r"[\s_()（）.\-]*\d[\d\s_.\-年月日至到~()（）]*")


@dataclass(frozen=True, slots=True)
class Known:
    """What the house knows already. ids: heading (as compared) -> column; words: term -> English; idents: taken."""

    ids: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    idents: Collection[str] = ()
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a column seems to hold. format: of days written otherwise; unsure: day or month first cannot be told."""

    type: str
    format: str = ""
    unsure: bool = False


def guess(look: Look, name: str, owner: str, known: Known) -> tuple[str, dict[str, Any]]:
    """(id, values keyed as in a source's file) for a source that this file is the first of."""
    types = [type_of(one, known.zone) for one in look.columns]
    names = column_names([one.heading for one in look.columns], known)
    columns = {name: column(one, made, look.sample) for name, one, made in zip(names, look.columns, types, strict=True)}
    time, key = time_of(look, types), key_of(look, types)
    title = title_of(name)
    ident = words.free(ident_of(name, known), known.idents, "-")
    values: dict[str, Any] = {
        "title": title, "owner": owner, "arrives": {"drop": pattern_of(name, ident)}, "every": "never",
        "columns": columns,
    }  # fmt: skip
    if any(one.type == "money" for one in types):
        values["currency"] = "CNY" if known.zone in ("Asia/Shanghai", "PRC", "Asia/Urumqi") else ""
    if time is not None:
        values["time"] = names[time]
    if key:
        values["key"] = [names[n] for n in key]
    else:
        values["brings"] = "days" if time is not None else "whole"
    return ident, {key: value for key, value in values.items() if value != ""}


def type_of(seen: Seen, zone: str = "") -> Typed:
    """What nearly all cells of a column fit."""

    def fits(*tests: str) -> bool:
        return seen.filled > 0 and all(seen.fits[one] >= ENOUGH * seen.filled for one in tests)

    if fits("words"):
        return Typed("boolean")
    if fits("slashed"):
        return _slashed(seen, zone)
    if fits("datetime") and seen.fits["timed"]:
        return Typed("datetime")
    if fits("date") and (not fits("integer") or (fits("eight_digits") and words.TIMES.search(seen.heading))):
        return Typed("date")
    if words.NAMING.search(seen.heading) or seen.fits["leading_zero"] or (fits("integer") and seen.longest > 15):
        return Typed("text")
    rate = re.search(r"率|占比|比例|rate|share", seen.heading, re.IGNORECASE)
    if fits("money") and not rate and (seen.fits["currency"] or words.MONEY.search(seen.heading)):
        return Typed("money")
    if fits("integer"):
        return Typed("integer")
    return Typed("number" if fits("number") else "text")


def _slashed(seen: Seen, zone: str) -> Typed:
    """31/01/2026 or 01/31/2026: by cells that can be read one way only, else by what is usual in the zone."""
    day, month = seen.fits["day_first"], seen.fits["month_first"]
    if day and month:
        return Typed("text")
    first = "%d{0}%m{0}%Y" if day or (not month and not zone.startswith("America/")) else "%m{0}%d{0}%Y"
    sign = re.search(r"[/.-]", seen.examples[0])
    form = first.format(sign[0] if sign else "/")
    if not seen.fits["timed"]:
        return Typed("date", form, not day and not month)
    seconds = re.search(r":\d\d:", seen.examples[0])
    return Typed("datetime", f"{form} %H:%M:%S" if seconds else f"{form} %H:%M", not day and not month)


def column(seen: Seen, made: Typed, sample: int) -> dict[str, Any]:
    """One column's values; its title is the heading, by which files are read."""
    out: dict[str, Any] = {"type": made.type, "title": seen.heading}
    if made.format:
        out["format"] = made.format
    if sample and seen.filled == sample:
        out["required"] = True
    if kind := personal_of(seen):
        out["personal"] = kind
    return out


def personal_of(seen: Seen) -> str:
    """The class of personal data that the heading or the cells speak of, or ""."""
    if seen.filled and seen.fits["mobile"] + seen.fits["email"] >= ENOUGH * seen.filled:
        return "contact"
    if seen.filled and seen.fits["identity"] >= ENOUGH * seen.filled:
        return "identity"
    return words.personal_class(seen.heading)


def column_names(headings: Sequence[str], known: Known) -> list[str]:
    """An id for each heading: what the house calls it, its ascii, its words in English, else its place."""
    out: list[str] = []
    for place, heading in enumerate(headings, 1):
        said = known.ids.get(plain(heading)) or words.slug(heading) or words.spelled(heading, known.words)
        said = "day_of" if said == "day" else said  # `day` is the business day, which a load makes
        out.append(words.free(said or f"column_{place}", out))
    return out


def time_of(look: Look, types: Sequence[Typed]) -> int | None:
    """The column that says to which business day a row belongs: whole, and best by its heading."""
    found = [n for n, one in enumerate(types) if one.type in ("date", "datetime") and look.columns[n].filled]

    def rank(n: int) -> tuple[bool, int, int]:
        match = words.TIMES.search(look.columns[n].heading)
        said = words.TIMES.pattern.split("|").index(_branch(match[0])) if match else 99
        return look.columns[n].filled < look.sample, said, n

    return min(found, key=rank, default=None)


def _branch(text: str) -> str:
    """Which of the alternatives matched."""
    return next(one for one in words.TIMES.pattern.split("|") if re.fullmatch(one, text, re.IGNORECASE))


def key_of(look: Look, types: Sequence[Typed]) -> list[int]:
    """The columns that tell rows apart, numbers and names of things before others; no amounts, no long texts."""

    def fit(n: int) -> bool:
        return types[n].type not in (*AMOUNTS, "boolean") and look.columns[n].longest <= 60

    def worth(places: Sequence[int]) -> int:
        return sum(_worth(look.columns[n], types[n]) for n in places)

    found = [list(one) for one in look.unique if all(fit(n) for n in one)]
    return max(found, key=worth, default=[])


def _worth(seen: Seen, made: Typed) -> int:
    if words.NAMING.search(seen.heading) and not words.personal_class(seen.heading):
        return 3
    return 2 if made.type == "date" else 1 if made.type == "text" else 0


def title_of(name: str) -> str:
    """What the file is called, without ending and dates."""
    stem = ENDINGS.sub("", PurePath(name).name)
    return (DATED.sub(" ", stem).replace("_", " ").strip(" -") or stem)[:80]


def ident_of(name: str, known: Known) -> str:
    """An id for the source: of the name's ascii or known words, else `sheet`."""
    title = title_of(name)
    found = words.slug(title) or words.spelled(title, known.words) or "sheet"
    return found.replace("_", "-")[:50].strip("-")


def pattern_of(name: str, ident: str) -> str:
    """What next month's file will be called: * where this one has digits."""
    stem = ENDINGS.sub("", PurePath(name).name)
    found = re.sub(r"\*+", "*", DATED.sub("*", stem) + "*")
    return found if len(found.strip("* ")) > 1 else f"{ident}*"
