"""What method and result take from alerts and 对数, and what a closed alert lets a conclusion say."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext

from opsloop.base.testing import Cast, make
from opsloop.data.reconciliation.models import Control, State
from opsloop.engine.monitors.models import Alert, AlertPart
from opsloop.engine.monitors.tests.conftest import an_alert, monitor_file, watch
from opsloop.engine.monitors.words import Cause, Sort
from opsloop.modules.reports.composing import document_of
from opsloop.modules.reports.judging import slots_of, writing_faults
from opsloop.modules.reports.messages import said_of
from opsloop.modules.reports.tests.conftest import WEEK, drafted, sell, weekly
from opsloop.modules.reports.tests.test_drafting import _halve, _text

pytestmark = pytest.mark.django_db


def _alert(shop: Cast, **values: Any) -> Alert:
    drop = watch(shop.lin, on=False, drop=monitor_file("销售额异常下跌", "sales", "method: usual-for-weekday\n"))[
        "drop"
    ]
    day = WEEK + timedelta(days=3)
    alert = an_alert(drop, first_day=day, last_day=day, **values)
    make(
        AlertPart, alert=alert, monitor="drop", metric="sales", day=day, sort=Sort.USUAL, value=1500.0, expected=3000.0,
        severity="critical",
    )  # fmt: skip
    return alert


def _control(n: int, ours: int, theirs: int, state: State) -> None:
    make(
        Control, source="sales", figure="", day=WEEK + timedelta(days=n), ours=Decimal(ours), control=Decimal(theirs),
        limit=Decimal("0.005"), state=state,
    )  # fmt: skip


def test_alerts_with_their_owner_and_control_figures_of_the_week_are_told(shop: Cast, settings: Any) -> None:
    settings.LANGUAGE_CODE = "zh-hans"
    sell(_halve)
    _control(0, 1000, 1001, State.WITHIN)
    _control(1, 1000, 1099, State.OPEN)
    alert = _alert(shop, acknowledged_by=shop.lin, state="acknowledged")
    edition = drafted(shop, weekly(shop.lin))
    document = document_of(edition, "zh-hans")
    found = {slot.figure.key: slot.figure.value for slot in slots_of(edition)}
    assert (found["control.days"], found["control.open"]) == (2, 1)
    assert found["control.rate"] == pytest.approx((2000 - 2100) / 2100)
    assert "与 2 天对照数差 −4.76%，其中 1 天未核清" in _text(document, "method")
    result = _text(document, "result")
    assert alert.name in result and f"{alert.last_day:%m-%d}" in result and "Lin" in result
    assert "11-10" in document.warning
    assert said_of(edition)[1].splitlines()[0] == document.warning


@pytest.mark.parametrize("cause", ["", Cause.SUPPLY, Cause.UNKNOWN])
def test_only_what_an_alert_was_closed_with_is_told_as_a_cause(shop: Cast, cause: str) -> None:
    sell(_halve)
    alert = _alert(shop, cause=cause, note="冷冻断货" if cause else "", state="closed" if cause else "open")
    edition = drafted(shop, weekly(shop.lin))
    evidence = [one["evidence"] for one in edition.body["conclusions"]]
    text = _text(document_of(edition, "zh-hans"), "conclusion")
    known = cause == Cause.SUPPLY
    assert ("冷冻断货" in text, "待核实" in text, alert.get_absolute_url() in evidence) == (known, not known, known)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_of_what_the_draft_writes_itself_people_must_only_name_the_days(
    shop: Cast, settings: Any, language: str
) -> None:
    """All advice that a draft can give, and its conclusions, pass the rules that people's words must pass."""
    settings.LANGUAGE_CODE = language
    sell(_halve)
    _control(1, 1000, 1099, State.OPEN)
    _alert(shop, severity="critical")
    edition = drafted(shop, weekly(shop.lin))
    with translation.override(language):
        assert len(edition.body["advice"]) == 3
        wrong = writing_faults(edition)
        assert [(one.part, one.row) for one in wrong] == [("advice", 1), ("advice", 2), ("advice", 3)]
        assert {one.text for one in wrong} == {gettext("No day is named.")}
