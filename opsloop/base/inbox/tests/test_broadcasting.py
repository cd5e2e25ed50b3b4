"""Bulletins: kept or dropped with their act, in the company's language, to whoever carries them."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Call, operation
from opsloop.base.inbox import broadcasting
from opsloop.base.inbox.api import broadcast, bulletin_kind, known_channels
from opsloop.base.inbox.tests.telling import pigeon

pytestmark = pytest.mark.django_db


def gettext_in(language):
    with translation.override(language):
        return str(_("Inbox"))


@pytest.fixture(autouse=True)
def bird(monkeypatch):
    monkeypatch.setattr(broadcasting, "bulletin_kinds", {})
    bulletin_kind("test.news", _("Inbox"))
    return pigeon(monkeypatch, 2, **{"ops-group": "运营群"})


def test_a_bulletin_reaches_every_carrier_in_the_companys_language(cast, bird):
    with translation.override("en"), operation(Call(by=cast.lin)):
        n = broadcast("test.news", _("Inbox"), "行", key="k", link="/x/", severity="critical", channels=["inbox", "a"])
    assert n == 2 and len(bird.got) == 1
    said = bird.got[0]
    assert said.title == gettext_in("zh-hans")
    assert said.grave and said.channels == {"a"} and said.link == "/x/"


@pytest.mark.parametrize(
    ("kind", "link", "error"),
    [
        ("test.other", "", LookupError),
        ("test.news", "https://x.example/", ValueError),
        ("test.news", "//x", ValueError),
    ],
)
def test_an_unknown_kind_and_a_foreign_link_are_refused(cast, bird, kind, link, error):
    with pytest.raises(error), operation(Call(by=cast.lin)):
        broadcast(kind, "x", key="k", link=link)
    assert not bird.got


def test_outside_an_act_nothing_is_said():
    with pytest.raises(RuntimeError):
        broadcast("test.news", "x", key="k")


def test_the_channels_that_there_are_have_names():
    assert known_channels() == {"ops-group": "运营群"}
