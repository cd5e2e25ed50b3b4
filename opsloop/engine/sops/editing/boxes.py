"""Boxes of the step editor: each shows one value of a block and reads it back from what a browser posts.

A box is changed when what was posted reads differently from what the page showed; only changed boxes are written, so
whatever a box cannot show exactly stays as it stands in the file. Values are those of `loose_values`: texts and truths.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.http import QueryDict

from opsloop.base.things.errors import Text
from opsloop.engine.sops.words import May

Options = list[tuple[str, str]]
Posted = dict[str, list[str]]


@dataclass
class Box:
    """key: dotted place in the block. value: what the draft says there, None for nothing."""

    look: ClassVar[str] = "text"
    key: str
    label: Text = ""
    value: Any = None
    help: Text = ""
    options: Options = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name in the form."""
        return self.key

    @property
    def shown(self) -> Any:
        return "" if self.value is None else self.value

    def written(self) -> Posted:
        """What a browser posts while nothing is changed."""
        return {self.name: [str(self.shown)]}

    def read(self, post: QueryDict) -> Any:
        """The value that was posted; None, an empty text or list for nothing."""
        return post.get(self.name, "").replace("\r\n", "\n").strip()

    def changed(self, post: QueryDict) -> bool:
        return bool(self.read(post) != self.read(posted(self.written())))


def flat(post: QueryDict) -> dict[str, str]:
    """The last text under each name."""
    return {name: str(post[name]) for name in post}


def posted(values: Posted) -> QueryDict:
    """These values as a form brings them."""
    made = QueryDict(mutable=True)
    for name, said in values.items():
        made.setlist(name, said)
    return made


class Long(Box):
    look = "long"


class Number(Box):
    look = "number"


class Choice(Box):
    """One of several; what the draft says stays on offer even where nothing knows it."""

    look = "choice"

    @property
    def offered(self) -> Options:
        known = dict(self.options)
        lost = [(str(self.shown), str(self.shown))] if self.shown and self.shown not in known else []
        return [*self.options, *lost]


class Flag(Box):
    look = "flag"

    def written(self) -> Posted:
        return {self.name: ["1"]} if self.value else {}

    def read(self, post: QueryDict) -> bool:
        return bool(post.get(self.name))


class Lines(Box):
    """A list of texts, one on each line."""

    look = "lines"

    @property
    def shown(self) -> str:
        return "\n".join(" ".join(str(one).split()) for one in self.value or [])

    def read(self, post: QueryDict) -> list[str]:
        return [line.strip() for line in super().read(post).split("\n") if line.strip()]


class Several(Choice):
    """Any of several, to be ticked."""

    look = "several"

    @property
    def shown(self) -> list[str]:
        return list(self.value or [])

    @property
    def offered(self) -> Options:
        known = dict(self.options)
        return [*self.options, *((one, one) for one in self.shown if one not in known)]

    def written(self) -> Posted:
        return {self.name: self.shown}

    def read(self, post: QueryDict) -> list[str]:
        ticked = post.getlist(self.name)
        return [*(one for one in self.shown if one in ticked), *(one for one in ticked if one not in self.shown)]


class Share(Box):
    """A share of the limit, shown as a number of percent."""

    look = "share"

    @property
    def shown(self) -> str:
        return str(self.value or "").removesuffix("%")

    def read(self, post: QueryDict) -> str:
        said = super().read(post).removesuffix("%").strip()
        return f"{said}%" if said else ""


@dataclass
class Form(Box):
    """The fields that a form asks, each with what may be done; and one to add."""

    look: ClassVar[str] = "form"
    new_field: bool = True

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """(field, title, right)."""
        known = dict(self.options)
        return [(_field(one), known.get(_field(one), _field(one)), _may(one)) for one in self.value or []]

    @property
    def rest(self) -> Options:
        asked = {_field(one) for one in self.value or []}
        return [one for one in self.options if one[0] not in asked]

    @property
    def rights(self) -> Options:
        return [(one.value, str(one.label)) for one in (May.NEED, May.WRITE, May.READ, May.HIDDEN)]

    def written(self) -> Posted:
        out = {f"{self.name}.add": [""]}
        for i, (ident, _title, may) in enumerate(self.rows):
            out |= {f"{self.name}.{i}.field": [ident], f"{self.name}.{i}.may": [may]}
        return out

    def read(self, post: QueryDict) -> list[dict[str, str]]:
        out, i = [], 0
        while f"{self.name}.{i}.field" in post:
            ident, may = str(post[f"{self.name}.{i}.field"]), str(post.get(f"{self.name}.{i}.may", May.NEED.value))
            if ident and may in May.values:
                out.append({"field": ident} if may == May.NEED else {"field": ident, "may": may})
            i += 1
        if added := str(post.get(f"{self.name}.add", "")).strip():
            out.append({"field": added})
        return out


def _field(one: Any) -> str:
    return str(one.get("field", "")) if isinstance(one, dict) else str(one)


def _may(one: Any) -> str:
    return str(one.get("may") or May.NEED.value) if isinstance(one, dict) else May.NEED.value


@dataclass
class Pairs(Box):
    """A mapping, one `name: value` on each line."""

    look: ClassVar[str] = "pairs"

    @property
    def shown(self) -> str:
        return "\n".join(f"{k}: {v}" for k, v in (self.value or {}).items())

    def read(self, post: QueryDict) -> dict[str, str]:
        lines = (line.partition(":") for line in super().read(post).replace("：", ":").split("\n"))
        return {k.strip(): v.strip() for k, _colon, v in lines if k.strip() and v.strip()}


@dataclass
class Group:
    """Boxes that belong together. folded: shown only when it is opened, unless something in it is said or wrong."""

    title: Text
    boxes: list[Box]
    folded: bool = False
    hint: Text = ""

    @property
    def open(self) -> bool:
        return not self.folded or any(box.errors for box in self.boxes)

    @property
    def said(self) -> int:
        """How many of its boxes say something."""
        return sum(bool(box.shown) and box.shown != [] for box in self.boxes)
