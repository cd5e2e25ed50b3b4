"""What sort of value a name stands for, and the names that a condition may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opsloop.base.things.errors import Text


class Sort(Enum):
    """A sort of value. ANY is not known here (a field of a subject that is not installed) and fits everywhere."""

    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    LEVEL = "level"
    TRUTH = "truth"
    DAY = "day"
    MOMENT = "moment"
    SPAN = "span"
    PERSON = "person"
    FILE = "file"
    ROWS = "rows"
    SEVERAL = "several"
    EMPTY = "empty"
    ANY = "any"

    @property
    def label(self) -> Text:
        return LABELS[self]


LABELS: dict[Sort, Text] = {
    Sort.NUMBER: _("a number"),
    Sort.TEXT: _("a text"),
    Sort.CHOICE: _("a choice"),
    Sort.LEVEL: _("a level"),
    Sort.TRUTH: pgettext_lazy("sop", "yes or no"),
    Sort.DAY: _("a day"),
    Sort.MOMENT: _("a moment"),
    Sort.SPAN: _("a span of time"),
    Sort.PERSON: _("a person"),
    Sort.FILE: _("a file"),
    Sort.ROWS: _("rows"),
    Sort.SEVERAL: _("a list in brackets"),
    Sort.EMPTY: pgettext_lazy("sort of value", "empty"),
    Sort.ANY: pgettext_lazy("sort of value", "anything"),
}
TEXTS = frozenset([Sort.TEXT, Sort.CHOICE, Sort.LEVEL, Sort.PERSON])
TIMES = frozenset([Sort.DAY, Sort.MOMENT])


@dataclass(frozen=True, slots=True)
class Typed:
    """The sort of a name. options: of a choice, or levels from the lowest; columns: of rows."""

    sort: Sort
    options: tuple[str, ...] = ()
    columns: Mapping[str, Typed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that a condition may use; every name that begins with one of `open` is accepted unseen."""

    names: Mapping[str, Typed]
    open: frozenset[str] = frozenset()

    def typed(self, path: str) -> Typed | None:
        """What the name is; None for one that is not there."""
        if path in self.names:
            return self.names[path]
        of, dot, column = path.rpartition(".")
        if dot and of in self.names:
            return self.names[of].columns.get(column)
        return Typed(Sort.ANY) if path.partition(".")[0] in self.open else None

    def beside(self, names: Mapping[str, Typed]) -> Scope:
        """The same with further names."""
        return Scope({**self.names, **names}, self.open)
