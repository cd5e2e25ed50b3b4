"""The one place that writes a note: page, command and message show what `written` answers, so figures are equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext as _n

from opsloop.base.inbox.api import holders
from opsloop.base.people.models import Person
from opsloop.base.people.posts import title_of
from opsloop.base.policy.scopes import visible
from opsloop.base.things.texts import listed
from opsloop.data.metrics.latest import Figure, Wanted, figures
from opsloop.data.metrics.made_up import MadeUp, made_up
from opsloop.data.metrics.models import Metric
from opsloop.data.metrics.shown import shown, signed
from opsloop.data.sources.calendar import DayState, calendar
from opsloop.data.sources.models import Source
from opsloop.engine.assignments.models import RUNNING, Assignment
from opsloop.engine.assignments.queries import LIMIT
from opsloop.engine.findings.api import waiting
from opsloop.engine.monitors.api import State, open_alerts
from opsloop.modules.notes.definition import NoteFile
from opsloop.ui.formats import percent

MOST_ALERTS, MOST_NAMES, LOOK_BACK = 3, 3, 2
LATE = frozenset({DayState.MISSING, DayState.FAILED, DayState.HELD})


@dataclass(frozen=True, slots=True)
class Said:
    """One line. href: the page behind it. bad: something to do about it."""

    text: str
    href: str = ""
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its lines."""

    title: str
    lines: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A note. day: the morning it is for."""

    title: str
    day: date
    parts: tuple[Part, ...]

    @property
    def body(self) -> str:
        """Plain lines, as they go into a group."""
        return "\n".join(
            line for part in self.parts for line in (f"【{part.title}】", *(one.text for one in part.lines))
        )

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.body}"

    def plain(self) -> dict[str, Any]:
        """As JSON, for programs."""
        parts = [{"title": part.title, "lines": [one.text for one in part.lines]} for part in self.parts]
        return {"title": self.title, "day": self.day.isoformat(), "parts": parts}


def written(note: NoteFile, person: Person, now: datetime | None = None) -> Written:
    """The note as `person` may know it: figures of the rows they see, alerts and assignments that they see."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    wanted = [Wanted(metric=one, grain="day", compare=("previous",)) for one in note.metrics]
    months = [Wanted(metric=one, grain="day", compare=("target",)) for one in note.month]
    found = figures([*wanted, *months], None if _sees_all(person) else person)
    daily, monthly = found[: len(wanted)], found[len(wanted) :]
    title = " ".join(part for part in (settings.WORKSPACE.name, note.title, date_format(today, "DATE_FORMAT")) if part)
    fake = made_up([*note.metrics, *note.month])
    parts = [
        _yesterday(daily, today, fake), _month(monthly, fake), _wrong(person), _late(today, now), _overdue(person, now),
    ]  # fmt: skip
    return Written(title, today, tuple(part for part in parts if part is not None))


def _sees_all(person: Person) -> bool:
    """The robot that writes for the company counts all rows, as jobs do everywhere."""
    return person.kind == "robot"


def _yesterday(daily: Sequence[Figure], today: date, fake: Mapping[str, MadeUp]) -> Part:
    days = [one.period for one in daily if one.period is not None]
    day = max(days, default=None)
    yesterday = today - timedelta(days=1)
    title = _t("Yesterday, {day}").format(day=f"{yesterday:%m-%d}")
    every = bool(daily) and all(one.trust.doubts for one in daily)
    lines = [_figure(one, day, fake[one.metric], doubted=not every) for one in daily]
    if doubts := list(dict.fromkeys(str(doubt) for one in daily for doubt in one.trust.doubts)):
        lines.append(Said(_t("In doubt: {why}").format(why="；".join(doubts[:2])), "/reconciliation/"))
    if day is not None and day < yesterday:
        title = _t("Newest day, {day}").format(day=f"{day:%m-%d}")
        lines.insert(
            0,
            Said(
                _t("Yesterday's data is not there yet; these are the figures of {day}.").format(day=f"{day:%m-%d}"),
                bad=True,
            ),
        )
    return Part(title, tuple(lines))


def _figure(one: Figure, day: date | None, fake: MadeUp, *, doubted: bool = True) -> Said:
    name, href = _name(one), f"/metrics/{one.metric}/"
    if one.value is None:
        return Said(_t("{metric}: no figure, {why}").format(metric=name, why=one.waiting or one.why), href)
    text = f"{name} {_value(one.value, one)}{_marks(one, fake, doubted=doubted)}"
    then = one.then("previous")
    text += _t(", {change} on the day before").format(change=change(one.value, then, one)) if then is not None else ""
    if day is not None and one.period is not None and one.period < day:
        text += _t(" ({day})").format(day=f"{one.period:%m-%d}")
    return Said(text, href)


def change(now: float, then: float, one: Figure) -> str:
    """−6.5%; points for shares; a word where nothing can be said."""
    if one.look.share:
        return signed(now - then, one.look)
    if not then:
        return _t("cannot be compared")
    rate = (now - then) / abs(then)
    return ("+" if rate > 0 else "") + percent(rate, 1)


def _month(monthly: Sequence[Figure], fake: Mapping[str, MadeUp]) -> Part | None:
    if not monthly:
        return None
    return Part(_t("Month to date"), tuple(_to_date(one, fake[one.metric]) for one in monthly))


def _to_date(one: Figure, fake: MadeUp) -> Said:
    name, href = _name(one), f"/metrics/{one.metric}/"
    if one.running is None or one.running.value is None:
        return Said(
            _t("{metric}: no figure, {why}").format(metric=name, why=one.waiting or one.why or _t("no data")), href
        )
    text = f"{name} {_value(one.running.value, one)}{_marks(one, fake, doubted=False)}"
    if one.reached is None or one.pace is None:
        return Said(text + _t(", no target is set"), href)
    said = (
        _t(", {reached} of the target [simulated], {pace} of the time") if fake.target
        else _t(", {reached} of the target, {pace} of the time")
    )  # fmt: skip
    text += said.format(reached=percent(one.reached, 0), pace=percent(one.pace, 0))
    return Said(text, href, bad=one.look.better != "lower" and one.reached < one.pace)


def _value(value: float, one: Figure) -> str:
    word = one.look.word
    return f"{shown(value, one.look)}{f' {word}' if word else ''}"


def _marks(one: Figure, fake: MadeUp, *, doubted: bool) -> str:
    """A figure that is made up or may not be believed says so wherever it stands."""
    made = _t(" [simulated]") if fake.values else ""
    return made + (_t(" [in doubt]") if doubted and one.trust.doubts else "")


def _name(one: Figure) -> str:
    row = Metric.objects.filter(ident=one.metric).first()
    return row.name if row is not None else one.metric


def _wrong(person: Person) -> Part:
    rows = list(open_alerts(person).exclude(state=State.SILENCED))
    lines = [
        Said(
            _t("{alert}, with {owner}").format(alert=row.headline, owner=_owner(row)), row.get_absolute_url(), bad=True
        )
        for row in rows[:MOST_ALERTS]
    ]
    if len(rows) > MOST_ALERTS:
        lines.append(Said(_t("And {n} more.").format(n=len(rows) - MOST_ALERTS), "/monitors/?alive=1", bad=True))
    lines = lines or [Said(_t("No open alert."), "/monitors/")]
    return Part(_t("What is wrong, and who has it"), (*lines, *_waiting(person)))


def _waiting(person: Person) -> Iterator[Said]:
    """Findings that stand still until somebody says a word, and whose word it is; nothing where none does."""
    found = waiting(person)
    if found.triage:
        text = _n("{n} finding waits to be triaged: {who}", "{n} findings wait to be triaged: {who}", found.triage)
        yield Said(text.format(n=found.triage, who=_names(found.triagers)), "/findings/triage/", bad=True)
    if found.decide:
        text = _n("{n} finding waits for a decision: {who}", "{n} findings wait for a decision: {who}", found.decide)
        yield Said(text.format(n=found.decide, who=_names(found.deciders)), "/findings/list/?state=accepted", bad=True)


def _names(names: Sequence[str]) -> str:
    """The first ones; that nobody is there to say it is said too."""
    text = listed(names[:MOST_NAMES]) + ("…" if len(names) > MOST_NAMES else "")
    return text or _t("nobody has the right to")


def _owner(alert: Any) -> str:
    """The person who took it, else the position with whoever holds it now."""
    title = title_of(alert.owner)
    if alert.acknowledged_by is not None:
        return _t("{position} {name} (has it)").format(position=title, name=alert.acknowledged_by.name)
    names = listed(one.name for one in holders(alert.owner)[:2])
    return _t("{position} {name} (not acknowledged yet)").format(position=title, name=names).replace("  ", " ")


def _late(today: date, now: datetime) -> Part:
    rows = calendar(today - timedelta(days=LOOK_BACK), today, list(Source.objects.filter(withdrawn=False)), now)
    late = [(source, cells) for source, days in rows if (cells := [one for one in days if one.state in LATE])]
    lines = [
        Said(
            _t("{source}: {state} ({days}), with {owner}").format(
                source=source.name, state=cells[-1].state.label, days=listed(f"{one.day:%m-%d}" for one in cells),
                owner=title_of(str(source.definition.get("owner", ""))),
            ),
            source.get_absolute_url(), bad=True,
        )
        for source, cells in late[:MOST_ALERTS]
    ]  # fmt: skip
    if len(late) > MOST_ALERTS:
        lines.append(Said(_t("And {n} more.").format(n=len(late) - MOST_ALERTS), "/sources/", bad=True))
    return Part(_t("Data"), tuple(lines or [Said(_t("Everything that was due has arrived."), "/sources/")]))


def _overdue(person: Person, now: datetime) -> Part:
    rows = visible(person, Assignment).annotate(limit=LIMIT).filter(state__in=RUNNING, limit__lte=now)
    n = rows.count()
    text = _n("{n} assignment is overdue.", "{n} assignments are overdue.", n).format(n=n)
    return Part(_t("Assignments"), (Said(text if n else _t("None is overdue."), "/assignments/", bad=bool(n)),))
