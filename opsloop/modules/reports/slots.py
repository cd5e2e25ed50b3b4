"""The figures of an edition by the name under which texts refer to them: `{sales.previous}`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from opsloop.modules.reports.document import Figure, Words, read, to_plain

SLOT = re.compile(r"\{([^{}\n]{1,120})\}")
EFFECT = "effect"
"""Sort of figures that say what contributed to a change."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One figure that may stand in a text. label: what it is, for people. sort: value, change, effect, count."""

    figure: Figure
    label: str
    sort: str = "value"


@dataclass(slots=True)
class Slots:
    """All figures of an edition in the order in which they were found."""

    by_key: dict[str, Slot] = field(default_factory=dict)

    def put(self, figure: Figure, label: str, sort: str = "value") -> Figure:
        """Remember the figure under its key; the key's braces would end the slot, so they go."""
        key = figure.key.replace("{", "(").replace("}", ")")[:120]
        figure = replace(figure, key=key, title=figure.title or label)
        self.by_key[key] = Slot(figure, label, sort)
        return figure

    def get(self, key: str) -> Figure | None:
        found = self.by_key.get(key)
        return found.figure if found else None

    def __iter__(self) -> Iterator[Slot]:
        return iter(self.by_key.values())

    def plain(self) -> list[dict[str, Any]]:
        """As JSON."""
        return [{"figure": to_plain(one.figure), "label": one.label, "sort": one.sort} for one in self]

    @classmethod
    def of(cls, said: list[Mapping[str, Any]]) -> Slots:
        """What `plain` wrote."""
        made = cls()
        for one in said:
            figure: Figure = read(one["figure"])
            made.by_key[figure.key] = Slot(figure, one["label"], one["sort"])
        return made


def keys_in(text: str) -> list[str]:
    """The slots that a text names, in their order."""
    return SLOT.findall(text)


def without(text: str) -> str:
    """The text with its slots taken out."""
    return SLOT.sub("", text)


def filled(text: str, slots: Slots) -> Words:
    """The text with the figures in their places; a slot that nothing fills stays as it is written."""
    out: list[str | Figure] = []
    end = 0
    for match in SLOT.finditer(text):
        figure = slots.get(match[1])
        if figure is None:
            continue
        out += [text[end : match.start()], figure]
        end = match.end()
    out.append(text[end:])
    return tuple(one for one in out if one != "")


def said(template: str, **parts: str | Figure | Words) -> Words:
    """A translated sentence with figures at its names: said("{title} {value}.", title="销售额", value=figure)."""
    out: list[str | Figure] = []
    end = 0
    for match in SLOT.finditer(template):
        part = parts[match[1]]
        out.append(template[end : match.start()])
        out += [part] if isinstance(part, (str, Figure)) else list(part)
        end = match.end()
    out.append(template[end:])
    return merged(out)


def merged(parts: list[str | Figure]) -> Words:
    """Neighbouring strings as one, empty ones left out."""
    out: list[str | Figure] = []
    for part in parts:
        if isinstance(part, str) and out and isinstance(out[-1], str):
            out[-1] += part
        elif part != "":
            out.append(part)
    return tuple(out)


def joined(items: list[Words], between: str) -> Words:
    """Several texts with something between them."""
    out: list[str | Figure] = []
    for n, one in enumerate(items):
        out += [between] if n else []
        out += one
    return merged(out)


def as_template(text: Words) -> str:
    """Words with figures written as the slots that they fill: how a drafted sentence is kept."""
    return "".join(one if isinstance(one, str) else "{" + one.key + "}" for one in text)
