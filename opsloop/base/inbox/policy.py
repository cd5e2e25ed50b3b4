from opsloop.base.inbox.models import Rule
from opsloop.base.policy.scopes import scoped

scoped(Rule, owner="person")
