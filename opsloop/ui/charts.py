"""Charts: a plain option object for ECharts plus the table that stands behind it.

Colours and fonts are set in the browser from the theme; here are only data and meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from opsloop.base.things.errors import Text


@dataclass(frozen=True, slots=True)
class Series:
    """One line or set of bars; `values` beside the chart's labels, None for a gap. muted: a comparison, drawn faint.

    marks: (label, text) of upright lines, where something happened that the values alone do not tell.
    """

    name: Text
    values: Sequence[float | None]
    kind: str = "line"
    muted: bool = False
    marks: Sequence[tuple[str, Text]] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """What a reader sees: `summary` says in words what the picture shows, for those who do not see it.

    lying: bars from left to right, the labels beside them. table: it brings its own; False where one stands near it.
    """

    id: str
    labels: Sequence[str]
    series: Sequence[Series]
    summary: Text
    unit: Text = ""
    label_head: Text = ""
    decimals: int = 0
    extra: dict[str, Any] = field(default_factory=dict)
    lying: bool = False
    table: bool = True

    @property
    def option(self) -> dict[str, Any]:
        """The ECharts option."""
        return {
            "xAxis": {"type": "category", "data": list(self.labels), "boundaryGap": self._bars},
            "yAxis": {"type": "value", "name": str(self.unit), "scale": False},
            "series": [_drawn(s) for s in self.series],
            "decimals": self.decimals,
            **({"lying": True} if self.lying else {}),
            **self.extra,
        }

    @property
    def option_id(self) -> str:
        return f"{self.id}-option"

    @property
    def _bars(self) -> bool:
        return any(s.kind == "bar" for s in self.series)

    @property
    def rows(self) -> list[tuple[str, list[float | None]]]:
        """The table behind the chart, newest first."""
        columns = [list(s.values) for s in self.series]
        rows = [(label, [column[i] for column in columns]) for i, label in enumerate(self.labels)]
        return rows[::-1]


UPRIGHT = 3
"""A mark of so few letters stands upright above its line; a longer one runs along it."""


def _mark(text: str) -> dict[str, Any]:
    upright = {"rotate": 0, "position": "end"} if len(text) < UPRIGHT else {}
    return {"formatter": text, **upright}


def _drawn(series: Series) -> dict[str, Any]:
    drawn: dict[str, Any] = {"name": str(series.name), "type": series.kind, "data": list(series.values)}
    if series.muted:
        drawn["muted"] = True
    if series.marks:
        drawn["markLine"] = {"data": [{"xAxis": at, "label": _mark(str(text))} for at, text in series.marks]}
    return drawn
