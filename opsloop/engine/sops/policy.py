from opsloop.base.policy.scopes import scoped
from opsloop.engine.sops.models import Review, Sop

scoped(Sop, everyone=True)
scoped(Review, everyone=True)
