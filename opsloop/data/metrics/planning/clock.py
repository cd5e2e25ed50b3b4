"""The hour of the day that a zone's clock shows, as arithmetic over seconds that every dialect has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlglot import exp

from opsloop.data.cleaning.zones import pieces
from opsloop.data.metrics.planning import trees
from opsloop.data.metrics.planning.trees import Tree

HOUR_S, HOURS = 3600, 24


def hour(moment: Tree, zone: str) -> Tree:
    """0 to 23 for a column of moments. Outside of the years of the zone table the nearest known offset holds."""
    seconds = exp.TimeToUnix(this=moment)
    shown = exp.Add(this=seconds.copy(), expression=_offset(seconds, pieces(zone)))
    whole = exp.Floor(this=exp.Div(this=exp.paren(shown), expression=trees.number(HOUR_S), typed=False, safe=False))
    return exp.Mod(this=trees.cast(whole, "bigint"), expression=trees.number(HOURS))


def _offset(seconds: Tree, starts: Sequence[tuple[datetime, timedelta]]) -> Tree:
    """By halving: a zone of many changes costs a few comparisons."""
    if len(starts) == 1:
        return trees.number(int(starts[0][1].total_seconds()))
    half = len(starts) // 2
    begins = trees.number(int(starts[half][0].timestamp()))
    later = exp.GTE(this=seconds.copy(), expression=begins)
    return trees.when(later, _offset(seconds, starts[half:]), _offset(seconds, starts[:half]))
