"""Which platform's export is this? Templates that know exports by their headings, as files that people can edit.

A template is a source file with three words more: `platform`, `report`, and `recognise`, the headings that tell it from
others. Ours lie in exports/; a company puts its own, or better ones of the same name, into export-templates/ of its
workspace. None of ours was held against a real export: `checked` says so, and the page that uses them shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import gettext as _t

from opsloop.base.kinds.loading import typed
from opsloop.data.cleaning.readers.headings import plain
from opsloop.data.sources.kinds.checks import headings
from opsloop.data.sources.kinds.source import Source as Definition

OURS = Path(__file__).with_name("exports")
THEIRS = "export-templates"
ENOUGH = 0.6
"""So much of what tells a template must be there."""
OWN_WORDS = ("platform", "report", "recognise", "checked", "known_from")


@dataclass(frozen=True, slots=True)
class Template:
    """One known export. checked: against which real file it was held, "" for none. known_from: where its headings are
    from. definition: the source that it makes."""

    ident: str
    platform: str
    report: str
    recognise: tuple[str, ...]
    checked: str
    known_from: str
    definition: Definition

    @property
    def warning(self) -> str:
        """What people are told before they trust it."""
        return "" if self.checked else _t("Not checked against a real export; look at each column before you load.")


@dataclass(frozen=True, slots=True)
class Match:
    """A template that fits some headings. score: 0 to 1. definition: the template's source with the columns that the
    file has. missing: titles of those it does not have; unknown: headings that the template does not know."""

    template: Template
    score: float
    definition: Definition
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


def recognise(found: Sequence[str]) -> list[Match]:
    """The templates that fit a file with these headings, best first; none when it looks like no export we know."""
    there = {plain(one): one for one in found if plain(one)}
    matches = [match for one in templates() if (match := _match(one, there)) is not None]
    return sorted(matches, key=lambda match: (-match.score, match.template.ident))


def _match(template: Template, there: dict[str, str]) -> Match | None:
    if not there:
        return None
    telling = sum(plain(one) in there for one in template.recognise) / len(template.recognise)
    named = {name: _heading(name, template.definition, there) for name in template.definition.columns}
    needed = {*template.definition.key, template.definition.time} - {""}
    if telling < ENOUGH or any(named[name] is None for name in needed):
        return None
    used = {plain(one) for one in named.values() if one is not None}
    score = round(0.7 * telling + 0.3 * len(used) / len(there), 4)
    columns = template.definition.columns
    kept = {name: column for name, column in columns.items() if named[name] is not None}
    missing = tuple(column.title or name for name, column in columns.items() if named[name] is None)
    unknown = tuple(text for key, text in there.items() if key not in used)
    return Match(template, score, replace(template.definition, columns=kept), missing, unknown)


def _heading(name: str, definition: Definition, there: dict[str, str]) -> str | None:
    """The heading under which a column is in the file."""
    return next((there[plain(one)] for one in headings(name, definition.columns[name]) if plain(one) in there), None)


def templates() -> list[Template]:
    """Every template, the company's own in the place of ours of the same name."""
    files = {file.stem: file for file in sorted(OURS.glob("*.yaml"))}
    files |= {file.stem: file for file in sorted((Path(settings.WORKSPACE.root) / THEIRS).glob("*.yaml"))}
    return [_read(file, file.stat().st_mtime_ns) for file in files.values()]


@lru_cache(maxsize=200)
def _read(file: Path, _changed: int) -> Template:
    """Raises ValueError naming the file when it is no template."""
    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8"))
        definition = typed(Definition, {name: value for name, value in said.items() if name not in OWN_WORDS})
        words = {name: _text(said.get(name)) for name in ("platform", "report", "checked", "known_from")}
        telling = tuple(map(str, _listed(said["recognise"])))
        return Template(ident=file.stem, recognise=telling, definition=definition, **words)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError, UnicodeDecodeError) as error:
        raise ValueError(f"{file.name}: {error}") from error


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _listed(value: Any) -> Iterable[Any]:
    if not isinstance(value, list) or not value:
        raise ValueError("recognise needs a list of headings")
    return value
