"""Every act by its name, with what its signature says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pydantic

from opsloop.base.acts import args
from opsloop.base.things.errors import Text

DOORS = frozenset({"page", "api", "cli", "import", "step", "tool"})
When = Callable[[Any], Text | None]


@dataclass
class Act:
    """One named act. `run` is the decorated function; `fn` the bare one; `done` the sentence in the ledger."""

    name: str
    label: Text
    done: Text
    fn: Callable[..., Any]
    run: Callable[..., Any]
    when: When | None = None
    doors: frozenset[str] = field(default=DOORS)
    tool: bool = False

    @cached_property
    def _read(self) -> tuple[args.Param | None, list[args.Param]]:
        return args.params_of(self.fn)

    @property
    def subject(self) -> args.Param | None:
        """The object the act is about, or None for an act that makes something."""
        return self._read[0]

    @property
    def params(self) -> list[args.Param]:
        return self._read[1]

    @property
    def noun(self) -> str:
        return self.name.partition(".")[0]

    @property
    def verb(self) -> str:
        return self.name.partition(".")[2]

    @cached_property
    def model(self) -> type[pydantic.BaseModel]:
        """The one validator of its values."""
        return args.model_of(self.name.replace(".", "_"), self.params)

    @property
    def doc(self) -> str:
        return " ".join((self.fn.__doc__ or "").split())

    def why_not(self, obj: Any) -> Text | None:
        """The reason why this object's state does not allow the act now, or None; greys the button."""
        return self.when(obj) if self.when is not None else None


registry: dict[str, Act] = {}
