"""The service is known."""

from opsloop.connectors.channels.delivering import serve
from opsloop.connectors.wecom.speaking import WECOM

serve(WECOM)
