from opsloop.base.policy.scopes import scoped
from opsloop.data.metrics.models import Metric

scoped(Metric, everyone=True)
