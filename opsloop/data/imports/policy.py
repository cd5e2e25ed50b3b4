"""An import is seen by whoever brought the file, and by those who see all of them."""

from opsloop.base.policy.scopes import scoped
from opsloop.data.imports.models import Import

scoped(Import, owner="person")
