"""var/connections.toml: what may stand in it, and that nothing of it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from opsloop.base.things.errors import OutsideError
from opsloop.data.sources.arrivals import connections as these
from opsloop.data.sources.arrivals.connections import connection, connections, open_to_others


@pytest.fixture
def file() -> Iterator[Path]:
    yield these.file()
    these.file().unlink(missing_ok=True)


def test_without_a_file_there_are_none(file: Path) -> None:
    assert connections() == {} and not open_to_others()
    with pytest.raises(OutsideError, match="section \\[erp\\]") as no:
        connection("erp")
    assert no.value.permanent


def test_sections_are_read_and_nothing_secret_is_shown(file: Path) -> None:
    file.write_text(
        '[erp]\nurl = "mysql://reader:p%40ss-word@10.0.0.5/erp"\ntimeout_s = 30\n'
        '[shop]\nhosts = ["api.shop.example"]\nheaders = {Authorization = "Bearer abcdefgh12"}\n'
        'allow = ["10.0.0.0/8"]\n'
    )
    erp, shop = connection("erp"), connection("shop")
    assert (erp.timeout_s, shop.hosts, shop.allow) == (30, ("api.shop.example",), ("10.0.0.0/8",))
    shown = repr(erp) + repr(shop)
    assert "word" not in shown and "Bearer" not in shown and "abcdefgh" not in shown
    assert (
        erp.hide("no p@ss-word, no p%40ss-word, no mysql://reader:p%40ss-word@10.0.0.5/erp") == "no ***, no ***, no ***"
    )
    assert shop.hide("sent abcdefgh12") == "sent ***"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[erp", "cannot be read"),
        ('url = "x"', "outside a section"),
        ('[erp]\npassword = "x"', "unknown word password"),
        ("[erp]\ntimeout_s = 0", "timeout_s"),
        ("[erp]\ntimeout_s = true", "timeout_s"),
        ("[erp]\nurl = 1", "url"),
        ('[erp]\nplain_http = "yes"', "plain_http"),
        ('[erp]\nallow = "10.0.0.0/8"', "allow"),
        ('[erp]\nheaders = {A = "b"}', "name in hosts"),
    ],
)
def test_what_is_wrong_is_named(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    with pytest.raises(OutsideError, match=said) as no:
        connections()
    assert no.value.permanent


def test_a_file_that_others_may_read_is_noticed(file: Path) -> None:
    file.write_text("")
    file.chmod(0o600)
    assert not open_to_others()
    file.chmod(0o640)
    assert open_to_others()
