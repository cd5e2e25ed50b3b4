from opsloop.base.policy.scopes import scoped
from opsloop.data.sources.models import Headings, Late, Load, Repair, Source

scoped(Source, everyone=True)
scoped(Load, everyone=True)
scoped(Headings, everyone=True)
scoped(Late, everyone=True)
scoped(Repair, rows=lambda person, standing, level: None)  # raw values: only where a position sees all of sources
