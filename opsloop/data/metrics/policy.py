from opsloop.base.policy.scopes import scoped
from opsloop.data.metrics.models import Metric, PastTotal, Target

scoped(Metric, everyone=True)
scoped(Target, everyone=True)
scoped(PastTotal, everyone=True)
