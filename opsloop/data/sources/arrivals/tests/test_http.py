"""JSON over HTTP, against a small server of our own on loopback."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest

from opsloop.base.things.errors import OutsideError
from opsloop.data.sources.arrivals.connections import Connection
from opsloop.data.sources.arrivals.http import Days, fetch
from opsloop.data.sources.kinds.arrives import Http, Paging
from opsloop.data.sources.kinds.words import MomentAs, PageBy

DAYS = Days(datetime(2026, 11, 19, 16, tzinfo=UTC), datetime(2026, 11, 21, 1, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
Reply = tuple[int, dict[str, str], bytes]
Answerer = Callable[[str, dict[str, str]], Reply]


class Site:
    """A server whose every answer a test decides; it keeps what it was asked and by which headers."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Answerer = lambda path, query: (404, {}, b"")
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.headers.append(dict(self.headers.items()))
                parts = urlsplit(self.path)
                status, headers, body = site.answer(parts.path, dict(parse_qsl(parts.query)))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])


@pytest.fixture
def site() -> Iterator[Site]:
    one = Site()
    yield one
    one.server.shutdown()
    one.server.server_close()


def link(**words: Any) -> Connection:
    said = {"plain_http": True, "allow": ("api.test",), "timeout_s": 20} | words
    return Connection("shop", **said)


def take(site: Site, tmp_path: Path, connection: Connection | None = None, **words: Any) -> list[dict[str, Any]]:
    asked = Http(**{"http": f"http://api.test:{site.port}/orders", "rows": "data.items"} | words)
    path = tmp_path / "staged" / "orders.jsonl"
    got = fetch(
        connection or link(), asked, path, DAYS, resolve=lambda host, port: ["127.0.0.1"], sleep=lambda seconds: None
    )
    rows = [json.loads(line) for line in got.path.read_text(encoding="utf-8").splitlines()]
    assert got.rows == len(rows)
    return rows


def left(tmp_path: Path) -> list[str]:
    return [one.name for one in (tmp_path / "staged").glob("*")]


def asked(path: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(path).query))


def page(rows: list[Any], **more: Any) -> Reply:
    return 200, {"Content-Type": "application/json"}, json.dumps({"data": {"items": rows}, **more}).encode()


def numbered(first: int, count: int) -> list[dict[str, int]]:
    return [{"id": n} for n in range(first, first + count)]


def test_values_arrive_as_they_were_written(site: Site, tmp_path: Path) -> None:
    body = (
        '{"data": {"items": [{"id": 12345678901234567890, "amount": 19.90, "paid": true, "note": null, "rate": 1e-7,'
        ' "shop": {"id": 7, "name": "一号店"}, "tags": ["a", "b"], "empty": {}}]}}'
    )
    site.answer = lambda path, query: (200, {}, body.encode())
    assert take(site, tmp_path) == [
        {
            "id": "12345678901234567890", "amount": "19.90", "paid": "true", "note": None, "rate": "1e-7",
            "shop.id": "7", "shop.name": "一号店", "tags": '["a", "b"]', "empty": "{}",
        }
    ]  # fmt: skip
    assert site.headers[0]["Host"] == f"api.test:{site.port}"


def test_pages_by_number_until_a_short_one(site: Site, tmp_path: Path) -> None:
    def answer(path: str, query: dict[str, str]) -> Reply:
        return page({"1": numbered(1, 3), "2": numbered(4, 3), "3": numbered(7, 1)}.get(query["page"], []))

    site.answer = answer
    rows = take(site, tmp_path, paging=Paging(size_param="size", size=100))  # the server gives three, whatever we ask
    assert [row["id"] for row in rows] == list("1234567")
    assert [asked(one) for one in site.asked] == [{"page": n, "size": "100"} for n in "123"]


def test_a_page_that_is_not_there_ends_the_pages(site: Site, tmp_path: Path) -> None:
    site.answer = lambda path, query: page(numbered(1, 2)) if query["page"] == "0" else (404, {}, b"no such page")
    assert len(take(site, tmp_path, paging=Paging(first=0))) == 2


def test_pages_by_offset_count_what_came(site: Site, tmp_path: Path) -> None:
    site.answer = lambda path, query: page(numbered(int(query["skip"]), min(2, 5 - int(query["skip"]))))
    rows = take(site, tmp_path, paging=Paging(by=PageBy.OFFSET, param="skip", size_param="limit", size=50))
    assert [row["id"] for row in rows] == list("01234")
    assert [asked(one)["skip"] for one in site.asked] == ["0", "2", "4"]


def test_pages_by_cursor_until_none_is_given(site: Site, tmp_path: Path) -> None:
    after = {"": ("a b", 1), "a b": (7, 2), "7": (None, 3)}

    def answer(path: str, query: dict[str, str]) -> Reply:
        mark, n = after[query.get("cursor", "")]
        return page(numbered(n, 1), meta={"next": mark})

    site.answer = answer
    paging = Paging(by=PageBy.CURSOR, param="cursor", next="meta.next")
    assert [row["id"] for row in take(site, tmp_path, paging=paging)] == list("123")


def test_pages_by_link_in_the_answer_or_the_header(site: Site, tmp_path: Path) -> None:
    def in_body(path: str, query: dict[str, str]) -> Reply:
        return page(numbered(1, 1), links={"next": "/orders?p=2"}) if not query else page(numbered(2, 1), links={})

    site.answer = in_body
    assert len(take(site, tmp_path, paging=Paging(by=PageBy.LINK, next="links.next"))) == 2

    def in_header(path: str, query: dict[str, str]) -> Reply:
        status, headers, body = page(numbered(1, 1))
        return status, headers | ({"Link": '</orders?p=2>; rel="next"'} if not query else {}), body

    site.answer = in_header
    assert len(take(site, tmp_path, paging=Paging(by=PageBy.LINK))) == 2


def test_a_link_to_another_host_is_not_followed(site: Site, tmp_path: Path) -> None:
    site.answer = lambda path, query: page(numbered(1, 1), next="http://169.254.169.254/latest/meta-data/")
    with pytest.raises(OutsideError, match=r"another host, 169\.254") as no:
        take(site, tmp_path, paging=Paging(by=PageBy.LINK, next="next"))
    assert no.value.permanent and left(tmp_path) == []


@pytest.mark.parametrize(
    "paging", [Paging(), Paging(by=PageBy.OFFSET, param="skip"), Paging(by=PageBy.CURSOR, param="c", next="next")]
)
def test_a_server_that_heeds_no_pages_is_noticed(site: Site, tmp_path: Path, paging: Paging) -> None:
    site.answer = lambda path, query: page(numbered(1, 3), next="same")
    with pytest.raises(OutsideError, match="same page") as no:
        take(site, tmp_path, paging=paging)
    assert no.value.permanent and left(tmp_path) == [] and len(site.asked) < 4


@pytest.mark.parametrize(
    ("how", "since", "until"),
    [
        (MomentAs.DAY, "2026-11-20", "2026-11-21"),
        (MomentAs.LOCAL, "2026-11-20 00:00:00", "2026-11-21 09:00:00"),
        (MomentAs.ISO, "2026-11-20T00:00:00+08:00", "2026-11-21T09:00:00+08:00"),
        (MomentAs.SECONDS, "1795104000", "1795222800"),
        (MomentAs.MILLISECONDS, "1795104000000", "1795222800000"),
    ],
)
def test_days_are_asked_for_as_the_other_side_writes_them(
    site: Site, tmp_path: Path, how: MomentAs, since: str, until: str
) -> None:
    seen: dict[str, str] = {}

    def answer(path: str, query: dict[str, str]) -> Reply:
        seen.update(query)
        return page([])

    site.answer = answer
    assert take(site, tmp_path, params={"status": "paid"}, since="from", until="to", since_as=how) == []
    assert seen == {"status": "paid", "from": since, "to": until}
    assert left(tmp_path) == ["orders.jsonl"]


def test_a_busy_server_is_asked_again_after_the_pause_it_wants(site: Site, tmp_path: Path) -> None:
    replies = [
        (429, {"Retry-After": "7"}, b""),
        (503, {}, b""),
        (502, {"Retry-After": "soon"}, b""),
        page(numbered(1, 1)),
    ]
    site.answer = lambda path, query: replies.pop(0)
    pauses: list[float] = []
    asked = Http(http=f"http://api.test:{site.port}/orders", rows="data.items")
    got = fetch(link(), asked, tmp_path / "x.jsonl", DAYS, resolve=lambda h, p: ["127.0.0.1"], sleep=pauses.append)
    assert got.rows == 1
    assert pauses[0] == 7.0 and 1 <= pauses[1] <= 3 and 2 <= pauses[2] <= 6


def test_a_server_that_stays_busy_is_left_for_later(site: Site, tmp_path: Path) -> None:
    site.answer = lambda path, query: (503, {}, b"")
    with pytest.raises(OutsideError, match="after 5 tries: 503") as no:
        take(site, tmp_path)
    assert not no.value.permanent and left(tmp_path) == [] and len(site.asked) == 5


def test_a_moment_in_retry_after_is_understood(site: Site, tmp_path: Path) -> None:
    from email.utils import format_datetime

    when = format_datetime(datetime.now(UTC) + timedelta(seconds=9), usegmt=True)
    replies = [(429, {"Retry-After": when}, b""), page([])]
    site.answer = lambda path, query: replies.pop(0)
    pauses: list[float] = []
    asked = Http(http=f"http://api.test:{site.port}/orders", rows="data.items")
    fetch(link(), asked, tmp_path / "x.jsonl", DAYS, resolve=lambda h, p: ["127.0.0.1"], sleep=pauses.append)
    assert 5 <= pauses[0] <= 9


def test_a_pause_beyond_the_time_limit_is_not_begun(site: Site, tmp_path: Path) -> None:
    site.answer = lambda path, query: (429, {"Retry-After": "50"}, b"")
    with pytest.raises(OutsideError, match="longer than 20 s") as no:
        take(site, tmp_path)
    assert not no.value.permanent and len(site.asked) == 1


def test_a_server_that_hangs_up_is_left_for_later(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening
        asked = Http(http=f"http://api.test:{taken.getsockname()[1]}/orders")
        with pytest.raises(OutsideError, match="after 5 tries") as no:
            fetch(link(), asked, tmp_path / "x", DAYS, resolve=lambda h, p: ["127.0.0.1"], sleep=lambda seconds: None)
    assert not no.value.permanent


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ((401, {}, b'{"msg": "token expired"}'), "401: .*token expired"),
        ((302, {"Location": "http://127.0.0.1/admin"}, b""), "sends us on to http://127.0.0.1/admin"),
        ((200, {}, b"<html>sign in</html>"), "no JSON: <html>sign in"),
        ((200, {}, b'{"code": 40001, "msg": "bad sign"}'), "no list of rows at data.items: .*bad sign"),
        ((200, {}, b'{"data": {"items": [1, 2]}}'), "no list of rows"),
        ((200, {}, b'{"data": {"items": {"id": 1}}}'), "no list of rows"),
        ((200, {}, b"[" * 100_000), "no JSON"),
    ],
)
def test_a_wrong_answer_is_shown_and_not_tried_again(site: Site, tmp_path: Path, reply: Reply, said: str) -> None:
    site.answer = lambda path, query: reply
    with pytest.raises(OutsideError, match=said) as no:
        take(site, tmp_path)
    assert no.value.permanent and left(tmp_path) == [] and len(site.asked) == 1


def test_an_answer_that_unpacks_to_too_much_is_cut_off(site: Site, tmp_path: Path) -> None:
    bomb = gzip.compress(b'{"data": {"items": [' + b" " * 60_000_000)
    assert len(bomb) < 100_000
    site.answer = lambda path, query: (200, {"Content-Encoding": "gzip"}, bomb)
    with pytest.raises(OutsideError, match="more than 50 MB") as no:
        take(site, tmp_path)
    assert no.value.permanent and left(tmp_path) == []
    site.answer = lambda path, query: page([{"text": "x" * 600_000}], next=len(site.asked))
    with pytest.raises(OutsideError, match="more than 1 MB"):
        take(site, tmp_path, link(max_mb=1), paging=Paging(by=PageBy.CURSOR, param="c", next="next"))


def test_the_token_goes_to_its_host_and_into_no_message(site: Site, tmp_path: Path) -> None:
    shop = link(headers={"Authorization": "Bearer secret-word"}, hosts=("api.test",))
    site.answer = lambda path, query: page([])
    take(site, tmp_path, shop)
    assert site.headers[0]["Authorization"] == "Bearer secret-word"
    site.answer = lambda path, query: (403, {}, b"who is Bearer secret-word")
    with pytest.raises(OutsideError) as no:
        take(site, tmp_path, shop)
    assert "secret-word" not in str(no.value)
    with pytest.raises(OutsideError, match="not among the hosts"):
        take(site, tmp_path, link(headers={"Authorization": "Bearer secret-word"}, hosts=("other.test",)))


def test_the_name_is_asked_once_and_the_address_kept(site: Site, tmp_path: Path) -> None:
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    site.answer = lambda path, query: page(numbered(int(query["page"]), 1) if int(query["page"]) < 4 else [])
    asked = Http(http=f"http://api.test:{site.port}/orders", rows="data.items", paging=Paging())
    got = fetch(link(), asked, tmp_path / "x.jsonl", DAYS, resolve=lambda host, port: next(answers))
    assert got.rows == 3
    assert next(answers) == ["169.254.169.254"]  # it was never asked a second time


def test_over_tls_the_certificate_must_be_that_of_the_name(site: Site, tmp_path: Path) -> None:
    ca, chain = _certificate(tmp_path, "api.test")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True)
    site.answer = lambda path, query: page(numbered(1, 2))
    words = {"http": f"https://api.test:{site.port}/orders", "resolve": None}
    del words["resolve"]
    assert len(take(site, tmp_path, Connection("shop", allow=("api.test",), ca=str(ca)), **words)) == 2
    with pytest.raises(OutsideError, match="certificate"):
        take(site, tmp_path, Connection("shop", allow=("api.test",)), **words)
    other = {"http": f"https://other.test:{site.port}/orders"}
    with pytest.raises(OutsideError, match="certificate"):
        take(site, tmp_path, Connection("shop", allow=("other.test",), ca=str(ca)), **other)


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for a name, signed by itself: (what to trust, certificate and key)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    ca, chain = folder / "ca.pem", folder / "chain.pem"
    ca.write_bytes(pem)
    chain.write_bytes(pem + private)
    return ca, chain
