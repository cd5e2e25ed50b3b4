"""What the playbook's templates need beyond the house's own."""

from __future__ import annotations

from django import template

from opsloop.playbook.diff import show

register = template.Library()
register.filter("plainly", show)
