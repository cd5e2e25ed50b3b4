"""What search finds; the way out of the house registers itself."""

from __future__ import annotations

from opsloop.base.search.api import searchable
from opsloop.connectors.channels import carrying
from opsloop.connectors.channels.models import Channel

searchable(Channel, url=lambda channel: channel.get_absolute_url())

__all__ = ["carrying"]
