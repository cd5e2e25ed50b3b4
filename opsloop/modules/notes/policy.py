"""A note tells the company's figures: whoever sees notes at all sees every one."""

from opsloop.base.policy.scopes import scoped
from opsloop.modules.notes.models import Edition, Note

scoped(Note, everyone=True)
scoped(Edition, everyone=True)
