"""Control figures come in, differences are explained and checked by a second person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Reason, Refused, act
from opsloop.base.acts.about import also_about
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.base.things.texts import listed
from opsloop.data.reconciliation.agreements import Agreement, agreement_of
from opsloop.data.reconciliation.judging import judge
from opsloop.data.reconciliation.models import Cause, Control, Origin, State
from opsloop.data.reconciliation.telling import tell_above

MOST = 400
NO_DOORS: frozenset[str] = frozenset()
Source = Annotated[str, Arg(label=_("Source"), max=80)]
Figure = Annotated[Decimal, Arg(label=_("Control figure"))]
Remark = Annotated[
    str, Arg(label=_("About the control figure"), max=200, help=_("Where it stands, what it leaves out."))
]
Said = Annotated[str, Arg(label=_("Note"), max=500, long=True, help=_("Needed for “Other cause”."))]


@dataclass(frozen=True)
class FigureRow:
    """One day of several."""

    day: Annotated[date, Arg(label=_("Business day"))]
    control: Figure
    remark: Remark = ""


@dataclass(frozen=True)
class MeasuredRow:
    """What the data warehouse has for a day; control only where another source gives it."""

    day: Annotated[date, Arg(label=_("Business day"))]
    ours: Annotated[Decimal | None, Arg(label=_("Our figure"))] = None
    control: Annotated[Decimal | None, Arg(label=_("Control figure"))] = None


@act(
    "reconciliation.enter",
    _("Enter a control figure"),
    done=_("{by} entered the control figure {control} for {source} on {day}"),
)
def enter_figure(
    *,
    by: Person,
    source: Source,
    day: Annotated[date, Arg(label=_("Business day"))],
    control: Figure,
    remark: Remark = "",
) -> Control:
    """What the till, the platform or the bank says for a day. Entering it again corrects it, until it was checked."""
    agreement = _agreed(source)
    [row] = _take(agreement, [FigureRow(day, control, remark)], by)
    return row


@act(
    "reconciliation.enter_many",
    _("Enter many control figures"),
    done=_("{by} entered control figures of several days for {source}"),
    doors=frozenset({"api", "cli"}),
)
def enter_many(*, by: Person, source: Source, rows: Annotated[list[FigureRow], Arg(label=_("Rows"))]) -> None:
    """Many days at once: all of them or none. Refused when a day stands there twice or was checked before."""
    agreement = _agreed(source)
    if len(rows) > MOST:
        raise Refused(_t("At most {n} days at once.").format(n=MOST))
    days = [row.day for row in rows]
    if twice := sorted({day for day in days if days.count(day) > 1}):
        raise Refused(_t("These days stand there twice: {days}").format(days=_listed(twice)))
    also_about(*_take(agreement, rows, by))


@act(
    "reconciliation.measure",
    _("Compare with the data warehouse"),
    done=_("{by} compared {source} with data version {snapshot}"),
    doors=NO_DOORS,
)
def measure(
    *,
    by: Person,
    source: Source,
    snapshot: Annotated[int, Arg(label=_("Data version"))],
    rows: Annotated[list[MeasuredRow], Arg(label=_("Rows"))],
) -> None:
    """Our figures of a new data version; each day is judged anew. The sums are made outside the act."""
    agreement = _agreed(source)
    there = _there(agreement, [row.day for row in rows])
    risen = []
    for new in rows:
        row = there.get(new.day) or _blank(agreement, new.day)
        before, row.ours, row.snapshot = row.difference, new.ours, snapshot
        row.limit, row.limit_amount = agreement.limit, agreement.amount
        if new.control is not None:
            row.control, row.origin, row.remark = new.control, Origin.SOURCE, ""
            row.entered_by = row.entered_at = None
        risen += [row] if judge(row, before) else []
        row.save()
    tell_above(agreement, risen)


def _open_only(row: Control) -> Text | None:
    return None if row.state in (State.OPEN, State.EXPLAINED) else _("Nothing is above the limit here.")


def _checked_only(row: Control) -> Text | None:
    return None if row.state == State.CHECKED else _("It was not checked.")


@act(
    "reconciliation.explain",
    _("Name the cause"),
    done=_("{by} explained the difference of {object}: {cause} {note}"),
    when=_open_only,
)
def explain(control: Control, *, by: Person, cause: Cause, note: Said = "") -> Control:
    """Say why the figures differ; a second person checks it."""
    _settle(control, State.EXPLAINED, cause, note)
    control.save()
    return control


@act(
    "reconciliation.check",
    _("Check the difference"),
    done=_("{by} checked the difference of {object}: {cause} {note}"),
    when=_open_only,
)
def check(control: Control, *, by: Person, cause: Cause | None = None, note: Said = "") -> Control:
    """Confirm why the figures differ. Refused to the one who entered the control figure, and without a cause."""
    if control.entered_by_id == by.pk:
        raise Refused(_t("You entered this control figure, so somebody else checks it."))
    if cause is None and not control.cause:
        raise Refused(_t("Name the cause."), field="cause")
    _settle(control, State.CHECKED, cause or Cause(control.cause), note or control.note)
    control.checked_by, control.checked_at = by, timezone.now()
    control.save()
    return control


@act(
    "reconciliation.reopen",
    _("Open it again"),
    done=_("{by} opened the difference of {object} again: {reason}"),
    when=_checked_only,
)
def reopen(control: Control, *, by: Person, reason: Reason) -> Control:
    """What was checked turned out not to hold: the numbers are in doubt again."""
    control.state, control.checked_by, control.checked_at = State.OPEN, None, None
    control.save()
    return control


def _settle(row: Control, state: State, cause: Cause, note: str) -> None:
    if cause == Cause.OTHER and len(note.strip()) < 3:
        raise Refused(_t("Say in a few words what the cause is."), field="note")
    row.state, row.cause, row.note = state, cause, note.strip()


def _agreed(source: str) -> Agreement:
    agreement = agreement_of(source)
    if agreement is None:
        raise Refused(_t("No control figure is agreed for the source {source}.").format(source=source), field="source")
    return agreement


def _take(agreement: Agreement, rows: Sequence[FigureRow], by: Person) -> list[Control]:
    """Put typed figures in. A figure that is the same as before changes nothing."""
    today = timezone.localdate()
    if later := [row.day for row in rows if row.day > today]:
        raise Refused(_t("These days have not been yet: {days}").format(days=_listed(later)), field="day")
    there = _there(agreement, [row.day for row in rows])
    _refuse_settled([(there[row.day], row.control) for row in rows if row.day in there])
    out, risen = [], []
    for new in rows:
        row = there.get(new.day) or _blank(agreement, new.day)
        out.append(row)
        if row.control == new.control:
            continue
        before, row.control, row.origin = row.difference, new.control, Origin.TYPED
        row.remark = new.remark.strip()
        row.limit, row.limit_amount = agreement.limit, agreement.amount
        row.entered_by, row.entered_at = by, timezone.now()
        risen += [row] if judge(row, before) else []
        row.save()
    tell_above(agreement, risen)
    return out


def _refuse_settled(rows: Iterable[tuple[Control, Decimal]]) -> None:
    changed = [row for row, control in rows if row.control is not None and row.control != control]
    if checked := [row.day for row in changed if row.state == State.CHECKED]:
        raise Refused(_t("Checked already, open them again first: {days}").format(days=_listed(checked)), field="day")
    if given := [row.day for row in changed if row.origin == Origin.SOURCE]:
        raise Refused(_t("Another source gives the figure of {days}.").format(days=_listed(given)), field="day")


def _there(agreement: Agreement, days: Sequence[date]) -> dict[date, Control]:
    found = Control.objects.filter(source=agreement.source, figure=agreement.figure, day__in=days)
    return {row.day: row for row in found}


def _blank(agreement: Agreement, day: date) -> Control:
    limits = {"limit": agreement.limit, "limit_amount": agreement.amount}
    return Control(source=agreement.source, figure=agreement.figure, day=day, **limits)


def _listed(days: Iterable[date]) -> str:
    said = [day.isoformat() for day in sorted(days)]
    return listed(said[:5]) + (" …" if len(said) > 5 else "")
