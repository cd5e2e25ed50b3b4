"""The box of a condition: rows of field, comparison and value, or its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from django.http import QueryDict

from opsloop.engine.sops.editing import conditions
from opsloop.engine.sops.editing.boxes import Box, Options, Posted, flat
from opsloop.engine.sops.expressions import Scope


@dataclass
class Condition(Box):
    """A condition, as rows or as text. advanced: the reader asked for the text."""

    look: ClassVar[str] = "condition"
    scope: Scope = field(default_factory=lambda: Scope({}))
    names: dict[str, str] = field(default_factory=dict)
    advanced: bool = False

    @property
    def built(self) -> conditions.Built:
        return conditions.built(str(self.value or ""), self.scope)

    @property
    def raw(self) -> bool:
        """Is it shown as text?"""
        return self.advanced or bool(self.built.raw)

    @property
    def fields(self) -> Options:
        known = [(one, self.names.get(one, one)) for one, typed in self.scope.names.items()
                 if typed.sort in conditions.COMPARED and "." not in one]  # fmt: skip
        return known

    @property
    def rows(self) -> list[tuple[conditions.Row, Options, Options]]:
        """(row, fields on offer, values on offer)."""
        out = []
        for row in self.built.rows:
            here = dict(self.fields)
            mine = self.fields if row.name in here else [*self.fields, (row.name, self.names.get(row.name, row.name))]
            out.append((row, mine, [(one, self.names.get(one, one)) for one in row.typed.options]))
        return out

    def written(self) -> Posted:
        found = conditions.Built(raw=str(self.value or "")) if self.advanced else self.built
        if self.advanced and not found.raw:
            return {f"{self.name}.mode": ["raw"], f"{self.name}.raw": [""]}
        return {k: [v] for k, v in conditions.written(found, self.name).items()}

    def read(self, post: QueryDict) -> str:
        return conditions.read(self.name, flat(post), self.scope)
