"""The seam between loading and what fetches data: databases, web interfaces, own tables, forms.

A collector brings what is new of one source as files into a folder; loading reads, cleans and publishes them as it
does files from drop/. It is registered for its class of `arrives` and found by it:

    @collector(Database)
    def collect_database(source: Source, since: date | None, folder: Path) -> list[Arrival]: ...

Files may be Parquet, JSON lines or CSV in UTF-8; the ending says which. Their columns are mapped by the contract.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.models import Source


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file that came. `name` is shown to people; `control` are figures that came along (`rows`, or the sum of a
    column by its name): a load that does not match them is held. `due_on`: the business day it is for, if known."""

    path: Path
    name: str
    control: dict[str, Decimal] = field(default_factory=dict)
    due_on: date | None = None


Collector = Callable[[Source, date | None, Path], list[Arrival]]
collectors: dict[type, Collector] = {}


def collector(arrives: type) -> Callable[[Collector], Collector]:
    """Make a function the collector of this class of `arrives`."""

    def put(fn: Collector) -> Collector:
        collectors[arrives] = fn
        return fn

    return put


def collect(source: Source, since: date | None, folder: Path) -> list[Arrival]:
    """Fetch what is new since a business day (None: everything) into `folder`. Raises OutsideError when the other
    side fails; LookupError when nothing can collect such a source."""
    from opsloop.data.sources.arrivals import collecting  # noqa: F401, PLC0415  # registers; only jobs pay for it

    arrives = type(definition_of(source).arrives)
    if arrives not in collectors:
        raise LookupError(f"nothing collects sources that arrive by {arrives.__name__.lower()}")
    return collectors[arrives](source, since, folder)
