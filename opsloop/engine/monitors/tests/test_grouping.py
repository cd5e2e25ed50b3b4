"""One alert for each cause."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from opsloop.engine.monitors.definition import MonitorFile
from opsloop.engine.monitors.grouping import Alarm, groups
from opsloop.engine.monitors.judging import Reading
from opsloop.engine.monitors.words import Method, Severity, Sort

DAY = date(2026, 11, 22)
KIN = {
    "sales": frozenset({"orders", "average-order"}),
    "average-order": frozenset({"sales", "orders"}),
    "complaint-rate": frozenset({"complaints", "orders"}),
}


def alarm(
    metric: str, score: float = -4.0, *, critical: bool = False, sort: Sort = Sort.USUAL, **more: object
) -> Alarm:
    obj = MonitorFile(title=metric, watches=metric, owner="operations-manager", method=Method.USUAL)
    severity = str(Severity.CRITICAL if critical else Severity.WARN)
    reading = Reading(metric, DAY, 9, sort, 1.0, score=score, severity=severity)
    return Alarm(f"{metric}-drop", metric, replace(obj, **more.pop("file", {})), reading, **more)


def told(*alarms: Alarm) -> list[tuple[str, list[str]]]:
    found = groups(alarms, KIN)
    return sorted((one.key, [alarm.reading.metric for alarm in one.alarms]) for one in found)


def test_sales_orders_and_average_order_are_one_alert_of_sales() -> None:
    found = told(alarm("orders", -9.0), alarm("average-order"), alarm("sales", -6.0))
    assert found == [("metric:sales", ["sales", "average-order", "orders"])]


def test_of_two_that_are_made_of_each_other_the_one_further_out_speaks() -> None:
    assert told(alarm("sales", -4.0), alarm("average-order", -6.0))[0][0] == "metric:average-order"


def test_one_critical_part_makes_the_whole_critical() -> None:
    [group] = groups([alarm("sales"), alarm("orders", critical=True)], KIN)
    assert group.severity == "critical"


def test_what_only_shares_a_part_that_is_as_usual_is_another_cause() -> None:
    assert [key for key, _metrics in told(alarm("sales"), alarm("complaint-rate"))] == [
        "metric:complaint-rate", "metric:sales",
    ]  # fmt: skip
    assert len(told(alarm("sales"), alarm("complaint-rate"), alarm("orders"))) == 1


def test_metrics_named_together_are_one_cause_though_no_formula_ties_them() -> None:
    assert len(told(alarm("footfall", file={"with_": ("sales",)}), alarm("sales"))) == 1
    assert len(told(alarm("footfall"), alarm("sales"))) == 2


def test_another_shop_is_another_cause() -> None:
    assert len(told(alarm("sales", file={"where": {"store_id": "1"}}), alarm("orders"))) == 2


def test_missing_data_is_one_cause_a_source_whatever_waits_for_it() -> None:
    late = {"sort": Sort.LATE, "source": "transactions", "said": "not there"}
    watching = alarm("orders", **late, file={"method": None, "late": True})
    found = groups([alarm("sales", **late), watching, alarm("visitors", sort=Sort.LATE, source="visits")], KIN)
    assert {one.key: [a.reading.metric for a in one.alarms] for one in found} == {
        "source:transactions": ["orders", "sales"], "source:visits": ["visitors"],
    }  # fmt: skip


def test_monitors_that_cannot_run_are_each_a_cause() -> None:
    blind = {"sort": Sort.BLIND}
    assert [key for key, _m in told(alarm("sales", **blind), alarm("orders", **blind))] == [
        "blind:orders-drop", "blind:sales-drop",
    ]  # fmt: skip
