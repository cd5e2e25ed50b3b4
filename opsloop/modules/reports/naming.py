"""Slots as their writers see them: `{销售额 · 环比变化 −6.5%}` stands for `{sales.previous}`, which is what is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from opsloop.modules.reports.slots import SLOT, Slot, Slots

LONGEST = 120
"""A slot's name is not longer than what SLOT finds."""


@dataclass(slots=True)
class Names:
    """The readable name of each figure of an edition in one language, and the way back to its key."""

    by_key: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, slots: Slots) -> Names:
        """A figure whose name is another's already, or too long, goes by its key; so does a label that is not one's."""
        made, twice = cls(), set[str]()
        for slot in slots:
            key, name, label = slot.figure.key, named(slot), _plain(slot.label)
            if name in made.keys or len(name) > LONGEST:
                name = key
            made.by_key[key], made.keys[name] = name, key
            if made.labels.setdefault(label, key) != key:
                twice.add(label)
        for label in twice:
            del made.labels[label]
        return made

    def shown(self, text: str) -> str:
        """The text with its slots by their names."""
        return SLOT.sub(lambda found: "{" + self.by_key.get(found[1], found[1]) + "}", text)

    def kept(self, text: str) -> str:
        """The text with its slots by their keys; what no figure is called stays as it was typed."""
        return SLOT.sub(lambda found: "{" + self._key(found[1]) + "}", text)

    def _key(self, said: str) -> str:
        """By key, name or label; or by label with another number, as the page showed it before it was computed anew."""
        if said in self.by_key:
            return said
        said = _plain(said)
        found = self.keys.get(said) or self.labels.get(said)
        if found is None:
            found = next((key for label, key in self.labels.items() if _other_number(said, label)), said)
        return found


def named(slot: Slot) -> str:
    """What it is and what it amounts to: 销售额 · 环比变化 −6.5%."""
    return _plain(f"{slot.label} {slot.figure.text}")


def _plain(text: str) -> str:
    return " ".join(text.replace("{", "(").replace("}", ")").split())


def _other_number(said: str, label: str) -> bool:
    rest = said.removeprefix(f"{label} ")
    return rest != said and re.fullmatch(r"[^\w·]*\d\S*(?: \S+)?", rest) is not None
