"""The service is known."""

from opsloop.connectors.channels.delivering import serve
from opsloop.connectors.feishu.speaking import FEISHU

serve(FEISHU)
