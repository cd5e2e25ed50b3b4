"""Which metrics are made up, in themselves or in what they are computed from (模拟)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsloop.data.metrics.checks import parts_of
from opsloop.data.metrics.definition import Simulated
from opsloop.data.metrics.models import Metric


@dataclass(frozen=True, slots=True)
class MadeUp:
    """values: the figures themselves; target: what they are held against."""

    values: bool = False
    target: bool = False


def made_up(metrics: Iterable[str]) -> dict[str, MadeUp]:
    """id -> what of it is simulated; metrics that there are not have nothing."""
    wanted = list(dict.fromkeys(metrics))
    files: dict[str, Metric] = {}
    todo = set(wanted)
    while todo:
        found = {row.ident: row for row in Metric.objects.filter(ident__in=todo)}
        files |= found
        todo = {one for row in found.values() for one in parts_of(row.obj)} - files.keys()
    return {
        one: MadeUp(_values(files[one], files), Simulated.TARGET in files[one].obj.simulated) if one in files
        else MadeUp() for one in wanted
    }  # fmt: skip


def _values(row: Metric, files: Mapping[str, Metric]) -> bool:
    """Definitions form no circle: publication refuses one."""
    return Simulated.VALUES in row.obj.simulated or any(
        _values(files[one], files) for one in parts_of(row.obj) if one in files
    )
