"""What is proposed for a new source: guessed from the file, or a known export's mapping; and what the house knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from opsloop.base.kinds.authoring import author
from opsloop.base.kinds.fields import plain as plain_values
from opsloop.base.people.models import Person, Position
from opsloop.base.people.posts import first_held
from opsloop.data.cleaning.readers.headings import plain
from opsloop.data.imports import whose, words
from opsloop.data.imports.guessing import Known, guess, pattern_of
from opsloop.data.imports.looking import Look
from opsloop.data.imports.models import Import
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.checks import headings
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.models import Source
from opsloop.data.sources.recognising import Match, recognise, templates


def known() -> Known:
    """Headings that sources and templates know, words of the glossary, ids that are taken."""
    sources = list(Source.objects.all())
    definitions = [one.definition for one in templates()]
    definitions += [definition_of(one) for one in sources if not one.withdrawn]
    ids = {
        plain(heading): name
        for one in definitions
        for name, column in one.columns.items()
        for heading in headings(name, column)
    }
    return Known(ids, author().words(), frozenset(one.ident for one in sources), str(settings.TIME_ZONE))


def guessed(brought: Import, look: Look, person: Person, knows: Known) -> tuple[str, dict[str, Any]]:
    """(id, values) out of what was seen; how the person said that the file is read goes along."""
    ident, values = guess(look, brought.name, position_of(person), knows)
    values["arrives"] = {**values["arrives"], **_read_as(brought)}
    sight = whose.proposed(look, values["columns"])
    return ident, {**values, "whose": sight} if sight else values


def taken_from(
    brought: Import, look: Look, ident: str, person: Person, knows: Known
) -> tuple[str, dict[str, Any]] | None:
    """(id, values) with a known export's mapping, or None when the file is none of that kind."""
    match = next((one for one in matches(look) if one.template.ident == ident), None)
    if match is None:
        return None
    values = plain_values(Definition, match.definition)
    if not Position.objects.filter(code=values.get("owner", ""), withdrawn_at=None).exists():
        values["owner"] = position_of(person)
    name = words.free(ident, knows.idents, "-")
    values["arrives"] = {**values["arrives"], "drop": pattern_of(brought.name, name), **_read_as(brought)}
    values["every"] = "never"
    return name, values


def matches(look: Look) -> list[Match]:
    """The known exports that the file looks like, best first."""
    return recognise(look.headings)


def position_of(person: Person) -> str:
    """The position that this person holds first: who brings a file answers for it, unless they say otherwise."""
    held = first_held(person)
    return held.position.code if held is not None else ""


def _read_as(brought: Import) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if brought.sheet:
        out["sheet"] = brought.sheet
    if brought.skip:
        out["skip"] = brought.skip
    return out
