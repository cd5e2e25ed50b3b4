"""Boxes of time limits: a number and a unit, one line for each level where an SOP has levels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.translation import gettext as _t

from opsloop.base.calendar.limits import ZH_TEXT, Limit, LimitError, Unit, parse
from opsloop.engine.sops.editing.boxes import Box, Options, Posted
from opsloop.engine.sops.saying import EVERY


def units() -> Options:
    """Units of limits, working time first."""
    return [
        ("working-days", _t("working days")), ("working-hours", _t("working hours")),
        ("working-minutes", _t("working minutes")), ("days", _t("natural days")), ("hours", _t("hours")),
        ("minutes", _t("minutes")),
    ]  # fmt: skip


@dataclass
class Part:
    """One limit of a box: for every level, or for one."""

    name: str
    label: str
    amount: str = ""
    unit: str = "working-days"
    raw: str = ""


@dataclass
class Within(Box):
    """A limit, or one for each level. language: how the file says limits."""

    look: ClassVar[str] = "within"
    levels: Options = field(default_factory=list)

    @property
    def units(self) -> Options:
        return units()

    @property
    def parts(self) -> list[Part]:
        said = {str(k): str(v) for k, v in (self.value or {}).items()}
        keys = [(EVERY, _t("every level") if self.levels else ""), *self.levels]
        keys += [(one, one) for one in said if one not in dict(keys)]
        return [self._part(key, label, said.get(key, "")) for key, label in keys]

    def _part(self, key: str, label: str, text: str) -> Part:
        name = f"{self.name}.{'all' if key == EVERY else key}"
        if not text:
            return Part(name, label)
        try:
            limit = parse(text)
        except LimitError:
            return Part(name, label, "", "written", text)
        unit = f"{'working-' if limit.working else ''}{limit.unit.name.lower()}"
        return Part(name, label, f"{limit.amount.normalize():f}", unit, text)

    def written(self) -> Posted:
        return {f"{one.name}.{k}": [v] for one in self.parts for k, v in (("n", one.amount), ("unit", one.unit))}

    def read(self, post: QueryDict) -> dict[str, str]:
        out: dict[str, str] = {}
        for part in self.parts:
            amount, unit = post.get(f"{part.name}.n", "").strip(), post.get(f"{part.name}.unit", "working-days")
            key = part.name.removeprefix(f"{self.name}.")
            key = EVERY if key == "all" else key
            if (amount, unit) == (part.amount, part.unit) and part.raw:
                out[key] = part.raw
            elif amount:
                out[key] = _limit(amount, unit, chinese=_is_chinese(part.raw))
        return out


def _limit(amount: str, unit: str, *, chinese: bool) -> str:
    """As the file writes it; what is no limit stays as typed, and is said to be none."""
    working, _dash, name = unit.rpartition("-")
    try:
        return Limit(parse(f"{amount} {name}").amount, Unit[name.upper()], bool(working)).text(
            "zh-hans" if chinese else "en"
        )
    except (LimitError, KeyError, ArithmeticError):
        said = dict(units()).get(unit, unit)
        return f"{amount} {said}"


def _is_chinese(text: str) -> bool:
    return any(word in text for word in ZH_TEXT.values())


class OneLimit(Within):
    """A limit that has no levels and is written alone."""

    def read(self, post: QueryDict) -> Any:
        return super().read(post).get(EVERY, "")

    def changed(self, post: QueryDict) -> bool:
        return bool(self.read(post) != (self.value or {}).get(EVERY, ""))
