"""What people write into forms in the simulated year: by SOP and field where it matters for the way, else by type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import log
from random import Random
from typing import Any

from opsloop.demo.year.house import Company
from opsloop.engine.cases.program import Entry, May
from opsloop.engine.sops.definition import CaseField, SopFile
from opsloop.engine.sops.words import FieldType

MARK = "【模拟】"
"""Before every title and every long text: whoever sees a case sees that it is made up."""
OFTEN = 0.6
"""So often somebody fills in a field that they may leave empty."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who fills in what when. proof: the attachment that stands for every file of the year."""

    rng: Random
    now: datetime
    by: int
    values: Mapping[str, object]
    company: Company
    proof: int

    def number(self, name: str) -> Decimal:
        """A field of the case as a number, 0 where it is empty."""
        found = self.values.get(name)
        return found if isinstance(found, Decimal) else Decimal(0)


Maker = Callable[[Asked], Any]


def some(**weights: float) -> Maker:
    """One of these, by weight."""
    return lambda asked: asked.rng.choices(list(weights), list(weights.values()))[0]


def one_of(*texts: str) -> Maker:
    """One of these."""
    return lambda asked: asked.rng.choice(texts)


def share(of: float) -> Maker:
    """Yes, so often."""
    return lambda asked: asked.rng.random() < of


def money(middle: float, spread: float = 0.7, most: float = 1e7, step: int = 1) -> Maker:
    """Log-normal around the middle."""

    def make(asked: Asked) -> Decimal:
        drawn = min(asked.rng.lognormvariate(log(middle), spread), most)
        return Decimal(max(round(drawn / step), 1) * step)

    return make


def number(low: int, high: int) -> Maker:
    """A whole number."""
    return lambda asked: Decimal(asked.rng.randint(low, high))


def ahead(low: int, high: int) -> Maker:
    """A day so many days from now."""
    return lambda asked: (asked.now + timedelta(days=asked.rng.randint(low, high))).date()


def holder(*positions: str) -> Maker:
    """Somebody in one of these positions."""

    def make(asked: Asked) -> int:
        found = asked.company.who(asked.rng.choice(positions))
        return asked.rng.choice(found) if found else asked.by

    return make


def constant(value: Any) -> Maker:
    return lambda _asked: value


def myself(asked: Asked) -> int:
    return asked.by


def filled(file: SopFile, special: Mapping[str, Maker], form: Iterable[Entry], asked: Asked) -> dict[str, object]:
    """The form as this person fills it in now. What is there already stays, unless this form must have it anew."""
    fields = {one.id: one for one in file.fields}
    out: dict[str, object] = {}
    for entry in form:
        there = asked.values.get(entry.field) not in (None, "")
        if entry.may == May.READ or (entry.may == May.WRITE and (there or asked.rng.random() > OFTEN)):
            continue
        out[entry.field] = value(fields[entry.field], special.get(entry.field), asked)
    return out


def value(field: CaseField, special: Maker | None, asked: Asked) -> object:
    """One field."""
    return special(asked) if special else BY_TYPE[field.type](field, asked)


def _rows(field: CaseField, asked: Asked) -> list[dict[str, object]]:
    """Two or three rows, as plain values."""
    many = asked.rng.randint(2, 3)
    return [
        {c.id: BY_TYPE[c.type](CaseField(c.id, c.title, c.type, c.options), asked) for c in field.columns}
        for _n in range(many)
    ]


def _text(field: CaseField, asked: Asked) -> str:
    return f"{field.title.split('（')[0]} {asked.rng.randint(1, 99):02d}"


def _long(field: CaseField, asked: Asked) -> str:
    return f"{MARK}{field.title.split('（')[0]}：{asked.rng.choice(SAID)}"


SAID = (
    "按记录核对，与现场一致。", "已与相关岗位当面确认。",
    "依据见附件，未发现其他问题。", "按现行规定办理，没有例外。", "有一处待补，已约定时间。",
)  # fmt: skip
BY_TYPE: dict[FieldType, Callable[[CaseField, Asked], Any]] = {
    FieldType.TEXT: _text,
    FieldType.LONG: _long,
    FieldType.NUMBER: lambda _f, asked: Decimal(asked.rng.randint(1, 20)),
    FieldType.MONEY: lambda _f, asked: Decimal(asked.rng.randint(2, 60) * 10),
    FieldType.DATE: lambda _f, asked: (asked.now + timedelta(days=asked.rng.randint(3, 14))).date(),
    FieldType.MOMENT: lambda _f, asked: asked.now.replace(second=0, microsecond=0),
    FieldType.CHOICE: lambda f, asked: f.options[min(int(asked.rng.expovariate(1.2)), len(f.options) - 1)],
    FieldType.YES_NO: lambda _f, asked: asked.rng.random() < 0.15,
    FieldType.PERSON: lambda _f, asked: asked.by,
    FieldType.FILE: lambda _f, asked: asked.proof,
    FieldType.PHONE: lambda _f, asked: f"199{asked.rng.randint(0, 99999999):08d}",
    FieldType.LIST: _rows,
}
