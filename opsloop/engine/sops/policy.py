from opsloop.base.policy.scopes import scoped
from opsloop.engine.sops.models import Sop

scoped(Sop, everyone=True)
