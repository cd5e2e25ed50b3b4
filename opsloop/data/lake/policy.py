from opsloop.base.policy.scopes import scoped
from opsloop.data.lake.models import DataFile, Snapshot

scoped(Snapshot, everyone=True)
scoped(DataFile, everyone=True)
