"""One alert for each cause: what moves together in one period is one thing, however many metrics show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from opsloop.engine.monitors.definition import MonitorFile
from opsloop.engine.monitors.judging import Reading
from opsloop.engine.monitors.words import Severity, Sort


@dataclass(frozen=True, slots=True)
class Alarm:
    """A monitor that is out of the ordinary. parts: the readings of the metrics that it names beside its own."""

    ident: str
    title: str
    obj: MonitorFile
    reading: Reading
    parts: tuple[Reading, ...] = ()
    said: str = ""
    source: str = ""
    """Of missing data: the source's id, which is the cause."""

    @property
    def critical(self) -> bool:
        return self.reading.severity == Severity.CRITICAL


@dataclass(frozen=True, slots=True)
class Group:
    """Alarms of one cause; the first speaks for all."""

    key: str
    alarms: tuple[Alarm, ...]
    family: frozenset[str] = field(default=frozenset())
    """The metrics that belong to the cause."""

    @property
    def head(self) -> Alarm:
        return self.alarms[0]

    @property
    def severity(self) -> str:
        return str(Severity.CRITICAL if any(one.critical for one in self.alarms) else Severity.WARN)


def groups(alarms: Sequence[Alarm], kin: Mapping[str, frozenset[str]]) -> list[Group]:
    """The alarms by cause.

    Missing data: one cause a source, whatever metrics wait for it. A monitor that cannot run for another reason is a
    cause of its own. All else: two alarms of overlapping periods are one cause if one's metric is the other's, or
    made of it (its formula, its factors), or named in `with`; and so on from one to the next. Metrics that stand
    between two alarms without an alarm of their own join nothing: complaints per order and sales have both to do with
    orders, but are one cause only while orders are out of the ordinary too.
    """
    found: dict[str, list[Alarm]] = {}
    moved = []
    for one in alarms:
        if one.source:
            found.setdefault(f"source:{one.source}", []).append(one)
        elif one.reading.sort == Sort.BLIND:
            found.setdefault(f"blind:{one.ident}", []).append(one)
        else:
            moved.append(one)
    made = [Group(key, tuple(sorted(mine, key=_rank))) for key, mine in found.items()]
    for mine in _joined(moved, kin):
        head, *others = sorted(mine, key=lambda one: (-_above(one, mine, kin), *_rank(one)))
        family = frozenset(name for one in mine for name in one.obj.metrics)
        made.append(Group(f"metric:{head.reading.metric}{_where(head.obj)}", (head, *others), family))
    return made


def _where(obj: MonitorFile) -> str:
    """Another shop's sales are another cause; a long filter stands by its hash."""
    if not obj.where:
        return ""
    text = ";".join(f"{name}={value}" for name, value in sorted(obj.where.items()))
    return f":{text if len(text) <= 60 else sha256(text.encode()).hexdigest()[:32]}"


def _rank(one: Alarm) -> tuple[bool, bool, float, str]:
    """Of missing data the monitor that watches for it speaks, else what is furthest out."""
    return (one.obj.form != "late", not one.critical, -abs(one.reading.score or 0.0), one.ident)


def _above(one: Alarm, others: Iterable[Alarm], kin: Mapping[str, frozenset[str]]) -> int:
    """How many of the others' metrics it is made of: the head is the one that explains the rest."""
    made_of = kin.get(one.reading.metric, frozenset()) | set(one.obj.with_)
    return len({other.reading.metric for other in others} & made_of)


def _joined(alarms: Sequence[Alarm], kin: Mapping[str, frozenset[str]]) -> list[list[Alarm]]:
    sets: list[list[Alarm]] = []
    for one in alarms:
        touching = [mine for mine in sets if any(related(one, other, kin) for other in mine)]
        sets = [mine for mine in sets if mine not in touching]
        sets.append([other for mine in touching for other in mine] + [one])
    return sets


def related(a: Alarm, b: Alarm, kin: Mapping[str, frozenset[str]]) -> bool:
    """Are two alarms one cause, by their metrics? Filters that differ (another shop) are another cause."""
    if a.obj.where != b.obj.where:
        return False
    mine, theirs = a.reading.metric, b.reading.metric
    return (
        mine == theirs
        or theirs in kin.get(mine, frozenset()) | set(a.obj.with_)
        or mine in kin.get(theirs, frozenset()) | set(b.obj.with_)
    )
