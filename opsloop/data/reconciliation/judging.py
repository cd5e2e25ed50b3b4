"""When a day is in order and when it is not: the rule, apart from who may do what."""

from __future__ import annotations

from decimal import Decimal

from opsloop.data.reconciliation.models import Control, State


def judge(row: Control, before: Decimal | None) -> bool:
    """Set the state that the two figures call for; `before` is the difference that stood there until now.

    Answers whether the day has newly come above the limit. A difference that somebody has explained or checked stays
    so as long as it is the same difference; another one is open again.
    """
    if row.difference is None:
        _forget(row, State.WAITING)
    elif not row.above:
        _forget(row, State.WITHIN)
    elif row.state in (State.OPEN, State.EXPLAINED, State.CHECKED) and row.difference == before:
        return False
    else:
        _forget(row, State.OPEN)
        return True
    return False


def _forget(row: Control, state: State) -> None:
    """What was said of another difference does not count for this one."""
    row.state, row.cause, row.note, row.checked_by, row.checked_at = state, "", "", None, None
