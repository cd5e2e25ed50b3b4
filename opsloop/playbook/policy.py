"""Who sees what: the standard is for everybody, a draft for whoever wrote it and for those who see all."""

from opsloop.base.policy.scopes import scoped
from opsloop.playbook.models import Draft, Line, Publication, Version

scoped(Version, everyone=True)
scoped(Publication, everyone=True)
scoped(Line, everyone=True)
scoped(Draft, owner="person")
