"""The service is known."""

from opsloop.connectors.channels.delivering import serve
from opsloop.connectors.dingtalk.speaking import DINGTALK

serve(DINGTALK)
