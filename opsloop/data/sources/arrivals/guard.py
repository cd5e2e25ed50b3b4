"""Which addresses a source may ask: what is on the internet, and of inner ones only those allowed by hand.

A name is resolved once, every answer is judged, and the request goes to the address that was judged.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import httpx
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import OutsideError
from opsloop.data.sources.arrivals.connections import Connection

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Iterable[str]]
_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host. Raises OutsideError, temporary, when its name is not known now."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise OutsideError(_t("The name {host} is not known.").format(host=host)) from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def public(address: Address) -> bool:
    """Does this address lie on the open internet, whatever it is wrapped in?"""
    if isinstance(address, IPv6Address):
        inner = _inside(address)
        if inner is not None:
            return public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one carries: mapped, compatible, 6to4, Teredo, NAT64."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    low = int(address) & 0xFFFFFFFF
    if any(address in net for net in _NAT64) or (int(address) >> 32 == 0 and low > 1):
        return IPv4Address(low)
    return None


def pinned(url: httpx.URL, connection: Connection, ask: Resolve = resolve) -> str:
    """The one address to which requests to this URL go. Raises OutsideError, permanent, when it may not be asked."""
    if url.scheme not in ("https", "http") or not url.host or url.userinfo:
        raise _no(
            _t("An address such as https://api.example.com/orders is needed; names and passwords stay out of it.")
        )
    if url.scheme == "http" and not connection.plain_http:
        raise _no(
            _t("{host} is asked without encryption; write https://, or plain_http = true in its connection."), url
        )
    if connection.headers and url.host not in connection.hosts:
        raise _no(_t("{host} is not among the hosts of the connection, so its headers are not sent there."), url)
    found = list(ask(url.host, url.port or (443 if url.scheme == "https" else 80)))
    if not found or not all(_allowed(url.host, ip_address(one.partition("%")[0]), connection) for one in found):
        raise _no(_t("{host} is an inner address; name it under allow in its connection if it may be asked."), url)
    return found[0]


def _allowed(host: str, address: Address, connection: Connection) -> bool:
    if public(address):
        return True
    for one in connection.allow:
        if one.lower() == host.lower():
            return True
        try:
            if address in ip_network(one, strict=False):
                return True
        except ValueError:
            continue  # another host's name
    return False


def _no(text: str, url: httpx.URL | None = None) -> OutsideError:
    return OutsideError(text.format(host=url.host) if url is not None else text, permanent=True)


class Pinned(httpx.HTTPTransport):
    """Sends requests for one host to one address; the certificate is still that of the host."""

    def __init__(self, origin: httpx.URL, address: str, **words: Any) -> None:
        super().__init__(trust_env=False, **words)
        self._origin, self._address = origin, address

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not same_origin(request.url, self._origin):
            raise _no(_t("A further page lies on another host, {host}; it is not asked."), request.url)
        if request.url.scheme == "https":
            request.extensions = {**request.extensions, "sni_hostname": self._origin.host}
        request.url = request.url.copy_with(host=self._address)
        return super().handle_request(request)


def address(text: str) -> httpx.URL:
    """A URL read from a file. Raises OutsideError, permanent, for what is none."""
    try:
        return httpx.URL(text)
    except httpx.InvalidURL:
        raise _no(_t("This is no address: {text}").format(text=text[:100])) from None


def same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Scheme, host and port are the same."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
