"""Which addresses may be asked. No packet leaves here: names are resolved by the test."""

from __future__ import annotations

from ipaddress import ip_address

import httpx
import pytest

from opsloop.base.things.errors import OutsideError
from opsloop.data.sources.arrivals.connections import Connection
from opsloop.data.sources.arrivals.guard import address, pinned, public, resolve

INNER = """
127.0.0.1 127.0.0.2 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1
169.254.169.254 169.254.0.1 100.64.0.1 100.127.255.254 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1
224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 ::1 :: fe80::1 fec0::1 fc00::1 fd12:3456::1 ff02::1 ff0e::1
2001:db8::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 ::10.0.0.1 2002:7f00:1::
2002:a00:1:: 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2001:0:4136:e378:8000:63bf:80ff:fffe
""".split()  # noqa: SIM905  # a table
OUTER = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
SPELLED = [
    "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.1", "localhost", "0", "[::1]",
    "[::ffff:127.0.0.1]",
]  # fmt: skip
PLAIN = Connection("shop")


@pytest.mark.parametrize("number", INNER)
def test_inner_addresses_are_not_asked(number: str) -> None:
    assert not public(ip_address(number))
    with pytest.raises(OutsideError, match="inner address") as no:
        pinned(httpx.URL("https://api.example.com/"), PLAIN, lambda host, port: [number])
    assert no.value.permanent


@pytest.mark.parametrize("number", OUTER)
def test_addresses_of_the_internet_are(number: str) -> None:
    assert pinned(httpx.URL("https://api.example.com/"), PLAIN, lambda host, port: [number]) == number


@pytest.mark.parametrize("host", SPELLED)
def test_this_machine_is_known_however_it_is_spelled(host: str) -> None:
    with pytest.raises(OutsideError):
        pinned(address(f"https://{host}/"), PLAIN, resolve)


def test_one_inner_answer_among_several_is_enough_to_refuse() -> None:
    with pytest.raises(OutsideError, match="inner address"):
        pinned(httpx.URL("https://api.example.com/"), PLAIN, lambda host, port: ["8.8.8.8", "10.0.0.5"])
    with pytest.raises(OutsideError):
        pinned(httpx.URL("https://api.example.com/"), PLAIN, lambda host, port: [])


@pytest.mark.parametrize("allow", [["10.0.0.0/8"], ["10.0.0.5"], ["ERP.intern"], ["other.intern", "10.0.0.5/31"]])
def test_inner_addresses_may_be_allowed_by_name_or_net(allow: list[str]) -> None:
    link = Connection("erp", allow=tuple(allow))
    assert pinned(httpx.URL("https://erp.intern/"), link, lambda host, port: ["10.0.0.5"]) == "10.0.0.5"
    with pytest.raises(OutsideError):
        pinned(httpx.URL("https://crm.intern/"), link, lambda host, port: ["192.168.0.9"])


@pytest.mark.parametrize(
    "url", ["http://api.example.com/", "ftp://api.example.com/", "file:///etc/passwd", "https:///x", "https://a:b@c.d/"]
)
def test_only_https_without_a_password_in_it(url: str) -> None:
    with pytest.raises(OutsideError) as no:
        pinned(httpx.URL(url), PLAIN, lambda host, port: ["8.8.8.8"])
    assert no.value.permanent
    assert "a:b" not in str(no.value)


def test_plain_http_must_be_said() -> None:
    link = Connection("erp", plain_http=True)
    assert pinned(httpx.URL("http://api.example.com/"), link, lambda host, port: ["8.8.8.8"]) == "8.8.8.8"


def test_headers_go_to_the_hosts_they_are_for() -> None:
    link = Connection("shop", headers={"Authorization": "Bearer secret-word"}, hosts=("api.example.com",))
    assert pinned(httpx.URL("https://api.example.com/"), link, lambda host, port: ["8.8.8.8"])
    with pytest.raises(OutsideError, match="not among the hosts") as no:
        pinned(httpx.URL("https://evil.example.org/"), link, lambda host, port: ["8.8.8.8"])
    assert "secret-word" not in str(no.value)


def test_an_unknown_name_may_be_known_later() -> None:
    with pytest.raises(OutsideError, match="not known") as no:
        resolve("nowhere.invalid", 443)
    assert not no.value.permanent
