"""For which sources a file's headings are, and which heading is which column: said before, by name, or alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.data.cleaning.readers.headings import plain
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.arrives import Drop
from opsloop.data.sources.kinds.checks import headings as names_of
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.models import Headings, Source
from opsloop.data.sources.remembering import found

LIKE = 0.6


@dataclass(frozen=True, slots=True)
class Pair:
    """One column of a source and the heading proposed for it, "" for none. how: remembered, name, alike or none."""

    column: str
    heading: str
    how: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """How a file's headings suit one source. said: what a person said of this very set of headings."""

    source: Source
    pairs: Sequence[Pair]
    said: Headings | None
    left: Sequence[str]

    @property
    def known(self) -> int:
        return sum(pair.how in ("remembered", "name") for pair in self.pairs)

    @property
    def alike(self) -> int:
        return sum(pair.how == "alike" for pair in self.pairs)

    @property
    def missing(self) -> list[Pair]:
        """Columns that must have a heading and have none that is sure."""
        return [pair for pair in self.pairs if pair.needed and pair.how in ("alike", "none")]

    @property
    def whole(self) -> bool:
        """Can it be loaded as it is?"""
        return not self.missing


def fits(person: Person, headings: Sequence[str]) -> list[Fit]:
    """Every source that takes files and knows at least one of the headings, the best first."""
    out = []
    for source in visible(person, Source).filter(withdrawn=False):
        definition = definition_of(source)
        if isinstance(definition.arrives, Drop):
            one = fit(source, headings)
            if one.known or one.alike * 2 > len(one.pairs):
                out.append(one)
    return sorted(out, key=lambda one: (one.said is None, bool(one.missing), -one.known, -one.alike, one.source.title))


def fit(source: Source, headings: Sequence[str]) -> Fit:
    """The headings by this source's columns."""
    said = found(source, headings)
    definition = definition_of(source)
    pairs = pairs_of(definition, headings, said.columns if said is not None else {})
    used = {plain(pair.heading) for pair in pairs if pair.heading}
    return Fit(source, pairs, said, [one for one in headings if plain(one) not in used])


def pairs_of(definition: Definition, headings: Sequence[str], said: Mapping[str, str]) -> list[Pair]:
    """A heading for each column. What is sure is taken first, so that a lookalike takes none from another."""
    there = {plain(one): one for one in headings if plain(one)}
    sure: dict[str, tuple[str, str]] = {}
    for name, column in definition.columns.items():
        if name in said:
            sure[name] = (there.get(plain(said[name]), ""), "remembered")
        elif heading := next((there[key] for one in names_of(name, column) if (key := plain(one)) in there), ""):
            sure[name] = (heading, "name")
    free = {key for key in there if there[key] not in {heading for heading, _how in sure.values()}}
    out = []
    for name, column in definition.columns.items():
        heading, how = sure.get(name, ("", "none"))
        if name not in sure:
            alike = _alike([plain(one) for one in names_of(name, column)], free)
            if alike:
                free.discard(alike)
                heading, how = there[alike], "alike"
        out.append(Pair(name, heading, how, column.default is None))
    return out


def _alike(names: Sequence[str], free: set[str]) -> str:
    """The free heading that one of the names may have been renamed to."""
    for name in names:
        inside = [one for one in sorted(free) if len(name) > 1 and len(one) > 1 and (name in one or one in name)]
        close = get_close_matches(name, sorted(free), n=1, cutoff=LIKE)
        if found_one := [*close, *inside]:
            return found_one[0]
    return ""


def differs(source: Source, headings: Sequence[str], columns: Mapping[str, str]) -> bool:
    """Is this something else than what a load would find by itself?"""
    by_itself = {pair.column: pair.heading if pair.how in ("remembered", "name") else ""
                 for pair in fit(source, headings).pairs}  # fmt: skip
    return {k: plain(v) for k, v in by_itself.items()} != {k: plain(v) for k, v in columns.items()}
