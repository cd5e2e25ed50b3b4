from opsloop.base.policy.scopes import scoped
from opsloop.data.reconciliation.models import Control

scoped(Control, everyone=True)
