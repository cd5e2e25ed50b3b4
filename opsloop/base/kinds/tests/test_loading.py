"""What JSON keeps of a published file comes back as the same typed object."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import pytest

from opsloop.base.kinds.fields import plain
from opsloop.base.kinds.loading import typed
from opsloop.base.kinds.registry import Form, kinds
from opsloop.base.kinds.says import Query, Says
from opsloop.playbook.book import load


@dataclass(frozen=True, slots=True)
class Inner:
    price: Annotated[Decimal, Says(label="Price")]
    since: Annotated[date | None, Says(label="Since")] = None


@dataclass(frozen=True, slots=True)
class Outer:
    one: Annotated[Inner, Says(label="One")]
    many: Annotated[tuple[Inner, ...], Says(label="Many")] = ()
    by_name: Annotated[dict[str, Decimal], Says(label="By name")] = field(default_factory=dict)
    either: Annotated[str | tuple[str, ...], Says(label="Either")] = ""
    for_: Annotated[tuple[str, ...], Says(label="For")] = ()
    body: Annotated[Query, Says(label="Body")] = field(default_factory=Query)


def test_every_shape_comes_back() -> None:
    first = Inner(Decimal("1.5"), date(2026, 2, 3))
    outer = Outer(first, (first, Inner(Decimal(7))), {"x": Decimal("0.1")}, ("a", "b"), ("c",), Query("select 1"))
    assert typed(Outer, plain(Outer, outer)) == outer
    assert typed(Outer, {"one": {"price": 2}, "gone": 1}) == Outer(Inner(Decimal(2)))


def test_a_missing_field_is_no_silent_nothing() -> None:
    with pytest.raises(TypeError, match="price"):
        typed(Inner, {})


def test_the_standard_comes_back_from_its_json() -> None:
    book = load(Path(__file__).parents[4] / "playbooks/standard.zh")
    items = [item for item in book.items.values() if item.obj is not None and kinds[item.kind].form is Form.YAML]
    assert len(items) > 5
    assert [item.path for item in items if typed(kinds[item.kind].cls, item.data) != item.obj] == []
