"""Who sees a series: who set it up, and its department by level; its days with it."""

from __future__ import annotations

from opsloop.base.policy.scopes import scoped
from opsloop.engine.series.models import Run, Series

scoped(Series, department="department", owner="owner")
scoped(Run, department="series__department", owner="series__owner")
