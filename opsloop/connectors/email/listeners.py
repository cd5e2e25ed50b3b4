"""The service is known."""

from opsloop.connectors.channels.delivering import serve
from opsloop.connectors.email.speaking import EMAIL

serve(EMAIL)
