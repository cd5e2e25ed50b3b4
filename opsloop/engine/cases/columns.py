"""Which table holds which rows of a case's state, and column by column what stands in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar, cast

from django.db.models import Model

from opsloop.engine.cases import models, rows
from opsloop.engine.cases.flow import state as flow


class Row(Protocol):
    """A row of a state."""

    @property
    def no(self) -> int:
        """Its number within the case."""


R = TypeVar("R", bound=Row)

PEOPLE = {"assignee", "owner", "by", "behalf"}
LISTS = {"needs", "candidates", "notify"}
MADE: Mapping[tuple[type, str], Callable[[Any], Any]] = {
    (flow.Activation, "status"): flow.Status, (flow.Item, "status"): flow.Status, (flow.Item, "kind"): flow.Work,
    (flow.Timer, "kind"): flow.Alert, (flow.Item, "pauses"): lambda found: tuple(map(tuple, found)),
}  # fmt: skip


@dataclass(frozen=True)
class Columns(Generic[R]):
    """The rows of one class of `flow.state` and their table. names: the columns, as the class has its fields."""

    cls: type[R]
    table: type[Model]
    names: tuple[str, ...]
    values: Callable[[R], tuple[Any, ...]]
    makers: tuple[Callable[[Any], Any] | None, ...]

    def read(self, where: str, *params: Any) -> dict[int, R]:
        """By number; `where` as in rows.read."""
        made = (self._made(values) for values in rows.read(self.table, self.names, where, *params))
        return {one.no: one for one in made}

    def _made(self, values: tuple[Any, ...]) -> R:
        return self.cls(*[
            make(value) if make else value for make, value in zip(self.makers, values, strict=True)
        ])  # fmt: skip


def _columns(cls: type[R], table: type[Model]) -> Columns[R]:
    own = [one.name for one in fields(cast("Any", cls))]
    names = tuple(f"{name}_id" if name in PEOPLE else name for name in own)
    makers = tuple(tuple if name in LISTS else MADE.get((cls, name)) for name in own)
    return Columns(cls, table, names, attrgetter(*own), makers)


ACTIVATIONS = _columns(flow.Activation, models.Activation)
ITEMS = _columns(flow.Item, models.WorkItem)
VOTES = _columns(flow.Vote, models.Vote)
TIMERS = _columns(flow.Timer, models.Timer)

GIVEN = ("authority", "amount")
"""Of a vote, what was given under which authority: of no concern to the flow, so it does not know them."""
NOTHING = ("", None)
