"""Who sees an audit pack: who drew it; more only with the level of all."""

from __future__ import annotations

from opsloop.base.policy.scopes import scoped
from opsloop.engine.audits.models import AuditPack

scoped(AuditPack, owner="made_by")
