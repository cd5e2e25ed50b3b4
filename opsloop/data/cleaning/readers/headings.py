"""Which column of a file is which column of the contract."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from opsloop.data.cleaning.contract import Contract, Rule
from opsloop.data.cleaning.reading import Unreadable

MOST_COLUMNS = 2000


@dataclass(frozen=True, slots=True)
class Mapped:
    """columns: contract column -> place in the file from 0. extras: name -> place. ignored: headings left out."""

    columns: dict[str, int]
    extras: dict[str, int]
    ignored: tuple[str, ...]


def plain(heading: str) -> str:
    """A heading as compared: width, case, blanks and brackets' kind make no difference."""
    text = unicodedata.normalize("NFKC", heading).strip().strip("\ufeff").casefold()
    return re.sub(r"\s+", "", text)


def known(contract: Contract, headings: Sequence[str]) -> int:
    """How many of these are headings of the contract's columns; all of them when a person mapped this very set."""
    there = fingerprint(headings)
    if any(one.headings == there for one in contract.remembered):
        return len(there)
    return len(_wanted(contract.columns) & there)


@lru_cache(maxsize=64)
def _wanted(rules: tuple[Rule, ...]) -> frozenset[str]:
    """Every heading of a contract's columns; asked for each of a file's first lines."""
    return frozenset(plain(one) for rule in rules for one in (rule.name, *rule.headings))


def fingerprint(headings: Sequence[str]) -> frozenset[str]:
    """By what a set of headings is known again: order, width, case and blanks make no difference."""
    return frozenset(key for one in headings if (key := plain(one)))


def mapped(contract: Contract, headings: Sequence[str], line: int = 1) -> Mapped:
    """Find each column. Raises Unreadable naming what is missing, there twice, or unknown and refused."""
    if len(headings) > MOST_COLUMNS:
        raise Unreadable("too_many_columns", line, n=len(headings))
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        if plain(heading):
            places.setdefault(plain(heading), place)
    columns = _found(contract, places)
    taken = set(columns.values())
    free = [
        (place, heading.strip()) for place, heading in enumerate(headings) if heading.strip() and place not in taken
    ]
    _refuse_missing(contract, columns, [heading for _place, heading in free], line)
    if contract.unknown == "refuse" and free:
        raise Unreadable("unknown_columns", line, names=", ".join(heading for _place, heading in free))
    extras: dict[str, int] = {}
    if contract.unknown == "keep":
        for place, heading in free:
            extras.setdefault(_extra_name(heading, contract, extras), place)
    ignored = () if contract.unknown == "keep" else tuple(heading for _place, heading in free)
    return Mapped(columns, extras, ignored)


def called(rule: Rule) -> str:
    """What people call a column: how files head it, and its own name where that is another."""
    heading = rule.headings[1] if len(rule.headings) > 1 else rule.name
    return heading if heading == rule.name else f"{heading} ({rule.name})"


def no_headings(contract: Contract, line: int, there: Sequence[str]) -> Unreadable:
    """None of the contract's columns stands in the file; `there`: what stands where headings should."""
    wanted = ", ".join(called(rule) for rule in contract.columns[:8])
    seen = ", ".join(cell.strip() for cell in there[:8] if cell.strip())
    return Unreadable("no_headings", line, names=wanted, there=seen[:200])


def _found(contract: Contract, places: dict[str, int]) -> dict[str, int]:
    """Contract column -> place: as a person said for these headings, else by the rules' names."""
    said = next((one.columns for one in contract.remembered if one.headings == places.keys()), {})
    columns: dict[str, int] = {}
    for rule in contract.columns:
        names = (said[rule.name],) if rule.name in said else (rule.name, *rule.headings)
        found = [places[key] for one in names if (key := plain(one)) in places]
        if found:
            columns[rule.name] = found[0]
    return columns


def _refuse_missing(contract: Contract, columns: dict[str, int], free: Sequence[str], line: int) -> None:
    missing = [rule for rule in contract.columns if rule.name not in columns and rule.default is None]
    if not missing:
        return
    first = missing[0]
    heading = first.headings[1] if len(first.headings) > 1 else first.name
    lookalike = get_close_matches(plain(heading), [plain(one) for one in free], n=1, cutoff=0.6)
    renamed = next((one for one in free if lookalike and plain(one) == lookalike[0]), "")
    code = "column_renamed" if renamed else "column_missing" if free else "column_absent"
    raise Unreadable(
        code, line, names=", ".join(called(one) for one in missing), first=called(first), column=first.name,
        there=", ".join(free[:12]), renamed=renamed,
    )  # fmt: skip


def _extra_name(heading: str, contract: Contract, extras: dict[str, int]) -> str:
    """A column name for a heading that the contract does not know; never one of its own or the house's."""
    base = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", heading).strip().lower()).strip("_")[:50] or "column"
    taken, name, n = {*contract.names, *extras, "day", "file", "line"}, base, 2
    while name in taken or name[0].isdigit():
        name, n = f"{base}_{n}" if not base[0].isdigit() else f"c_{base}_{n}", n + 1
    return name
