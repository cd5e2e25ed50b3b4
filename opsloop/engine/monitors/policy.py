from opsloop.base.policy.scopes import scoped
from opsloop.engine.monitors.models import Alert, AlertPart, MarkedDays, Monitor

scoped(Monitor, everyone=True)
scoped(Alert, everyone=True)
scoped(AlertPart, everyone=True)
scoped(MarkedDays, everyone=True)
