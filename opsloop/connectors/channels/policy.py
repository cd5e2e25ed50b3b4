"""Channels belong to the company: whoever sees them at all sees every one."""

from opsloop.base.policy.scopes import scoped
from opsloop.connectors.channels.models import Channel

scoped(Channel, everyone=True)
