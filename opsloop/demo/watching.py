"""The demo's monitors: back-tested on its year of data, switched on by its manager, and looked at once."""

from __future__ import annotations

from opsloop.base.acts import Call, acting
from opsloop.base.jobs.robot import for_itself
from opsloop.base.people.models import Person
from opsloop.engine.monitors.actions import switch_on
from opsloop.engine.monitors.backtesting import backtest, keep, untested
from opsloop.engine.monitors.jobs import MAY
from opsloop.engine.monitors.models import Look, Monitor
from opsloop.engine.monitors.rounds import go_round

MANAGER = "HL002"


def watch() -> tuple[int, int]:
    """(monitors switched on, alerts opened). Done once: what people switched off later stays off."""
    keep(backtest(untested()))
    if Monitor.objects.filter(switched_at__isnull=False).exists():
        return 0, 0
    manager = Person.objects.get(number=MANAGER)
    able = [look.monitor for look in Look.objects.select_related("monitor") if not look.backtest.get("cannot")]
    with acting(Call(by=manager, via="demo")):
        for monitor in able:
            if not monitor.withdrawn:
                switch_on(monitor, by=manager)
    robot = for_itself(MAY)
    with acting(Call(by=robot, via="demo")):
        return len(able), len(go_round(robot).opened)
