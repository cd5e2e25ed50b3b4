"""Every act by its name, with what its signature says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pydantic
from django.db.models import Model

from opsloop.base.acts import args
from opsloop.base.things.errors import Text

DOORS = frozenset({"page", "api", "cli", "import", "step", "tool"})
NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
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

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name of an act; it is noun.verb in small letters")
        if strange := self.doors - DOORS:
            raise ValueError(f"{self.name}: no door {', '.join(sorted(strange))}; known are {', '.join(sorted(DOORS))}")

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

    @cached_property
    def makes(self) -> type[Model] | None:
        """The model of what an act without an object makes, if it makes one."""
        return args.made_by(self.fn) if self.subject is None else None

    @property
    def doc(self) -> str:
        return " ".join((self.fn.__doc__ or "").split())

    def why_not(self, obj: Any) -> Text | None:
        """The reason why this object's state does not allow the act now, or None; greys the button."""
        return self.when(obj) if self.when is not None else None


registry: dict[str, Act] = {}


def register(this: Act) -> None:
    """Raises RuntimeError when another function has the name."""
    there = registry.get(this.name)
    if there is not None and _place(there) != _place(this):
        raise RuntimeError(f"two acts named {this.name}: {_place(there)} and {_place(this)}")
    registry[this.name] = this


def _place(this: Act) -> str:
    return f"{this.fn.__module__}.{this.fn.__qualname__}"
