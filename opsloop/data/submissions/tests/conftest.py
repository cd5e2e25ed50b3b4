"""Two shops that fill in their losses by kind of goods, and prices of rivals in free rows; who fills and checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from secrets import token_hex
from typing import Any

import pytest

from opsloop.base.kinds.fields import plain
from opsloop.base.people.models import Department, Person
from opsloop.base.testing import Cast, department, given, hold, make, person, position
from opsloop.data.sources.kinds.arrives import Filled
from opsloop.data.sources.kinds.columns import Column
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.kinds.words import Brings, ColumnType, Per, Personal
from opsloop.data.sources.models import Source
from opsloop.data.submissions.actions import Cell, open_sheet
from opsloop.data.submissions.layout import Layout
from opsloop.data.submissions.models import Submission
from opsloop.data.submissions.periods import deadline

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
"""12:00 in Shanghai on that day."""
FILLING = ["submissions.save", "submissions.submit", "submissions.correct"]
CHECKING = ["submissions.approve", "submissions.send_back"]
MACHINE = [
    "submissions.open", "submissions.remind", "sources.load", "sources.hold", "sources.fail", "sources.recognise",
    "lake.publish",
]  # fmt: skip


def losses(**words: Any) -> Definition:
    """Given rows: one for each kind of goods."""
    asked = {"form": "store-manager", "per": Per.DEPARTMENT, "place": "shop", "deadline": "21:30", "remind": "2 hours"}
    asked |= {"review": "data-analyst", "changes_for": "3 days"} | words
    return Definition(
        title="Losses", owner="data-analyst", arrives=Filled(**asked), time="day", brings=Brings.DAYS,
        key=("day", "shop", "goods"), expected_by="06:00", timezone="Asia/Shanghai",
        columns={
            "day": Column(ColumnType.DATE),
            "shop": Column(),
            "goods": Column(title="Goods", allowed=("Fruit", "Meat", "Bread")),
            "amount": Column(ColumnType.MONEY, title="Amount", required=True, at_least="0"),
            "why": Column(title="Why", allowed=("spoiled", "broken")),
        },
    )  # fmt: skip


def prices() -> Definition:
    """Free rows, one sheet for the company, nobody checks it."""
    return Definition(
        title="Prices of rivals", owner="data-analyst", arrives=Filled(form="store-manager"), time="day",
        brings=Brings.DAYS, key=("day", "rival", "product"), timezone="Asia/Shanghai",
        columns={
            "day": Column(ColumnType.DATE),
            "rival": Column(title="Rival"),
            "product": Column(title="Product"),
            "price": Column(ColumnType.MONEY, title="Price", required=True),
            "told_by": Column(title="Told by", personal=Personal.CONTACT),
        },
    )  # fmt: skip


def publish(ident: str, definition: Definition) -> Source:
    values = {"ident": ident, "title": definition.title, "number": 1, "sha256": token_hex(32)}
    return make(Source, **values, definition=plain(Definition, definition))


@dataclass
class Shops:
    """North and south, each with its manager; Wu checks, the robot opens and loads."""

    north: Department
    south: Department
    ning: Person
    song: Person
    wu: Person
    robot: Person
    losses: Source
    prices: Source

    def sheet(self, source: Source | None = None, place: Department | None = None, day: date = DAY) -> Submission:
        source = source or self.losses
        layout = Layout.of(source.obj)
        return open_sheet(
            by=self.robot, source=source, day=day, department=place or self.north, due_at=deadline(layout, day)
        )


def cells(*rows: dict[str, str]) -> list[Cell]:
    return [Cell(at, name, text) for at, row in enumerate(rows) for name, text in row.items()]


@pytest.fixture
def shops(cast: Cast) -> Shops:
    stores = department("stores", parent=cast.company)
    north, south = department("north", "North", stores), department("south", "South", stores)
    manager = position("store-manager", may=FILLING, sees={"submissions": "department"})
    checker = position("checker", may=CHECKING, sees={"*": "all"})
    with given():
        cast.wu.remember()
        cast.wu.language = "en"
        cast.wu.save()
    hold(cast.wu, checker, cast.data)
    machine = position("loader", may=MACHINE, sees={"*": "all"})
    hold(cast.robot, machine, cast.company)
    return Shops(
        north, south, person("Ning", manager, north, language="en"),
        person("Song", manager, south, language="en"), cast.wu, cast.robot,
        publish("losses", losses()), publish("prices", prices()),
    )  # fmt: skip
