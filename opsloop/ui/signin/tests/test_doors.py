"""The other doors: the one-time link, the first start, the demo's faces, the company account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from opsloop.base.ledger.models import Entry
from opsloop.base.people.actions import open_account
from opsloop.base.people.beginning import end_first_start, first_start_token, put_faces
from opsloop.base.people.models import Account, Department, Holding, Person, SignIn
from opsloop.base.people.passwords import link_token
from opsloop.base.policy.rules import can
from opsloop.base.testing import Cast, make
from opsloop.ui.signin.adapter import matching

PASSWORD = "a quiet morning in may"


@pytest.fixture(autouse=True)
def _clean():
    cache.clear()
    end_first_start()
    yield
    end_first_start()


@pytest.fixture
def workspace(monkeypatch):
    def change(**values: Any) -> None:
        monkeypatch.setattr(settings, "WORKSPACE", replace(settings.WORKSPACE, **values))

    return change


# the one-time link


def test_the_link_sets_a_password_once(cast: Cast) -> None:
    account = open_account(cast.chen, by=cast.lin, login="chen.wang.shan")
    link = reverse("signin:set_password", args=[link_token(account)])
    client = Client()
    page = client.get(link)
    assert "Chen" in page.content.decode() and "chen.wang.shan" in page.content.decode()
    for new, again in ((PASSWORD, "another"), ("short", "short"), ("chen.wang.shan1", "chen.wang.shan1")):
        assert client.post(link, {"new": new, "again": again}).context["form"].errors
    assert client.post(link, {"new": PASSWORD, "again": PASSWORD})["Location"] == "/sign-in/"
    assert not SignIn.objects.exists()  # a link alone signs nobody in
    assert client.get(link).status_code == 410
    assert client.post(link, {"new": PASSWORD, "again": PASSWORD}).status_code == 410
    assert client.post("/sign-in/", {"login": "chen.wang.shan", "password": PASSWORD})["Location"] == "/"
    assert PASSWORD not in "".join(Entry.objects.values_list("body", flat=True))


def test_a_wrong_link_says_what_to_do(cast: Cast) -> None:
    for token in ("1-abc-def", "nonsense"):
        assert Client().get(reverse("signin:set_password", args=[token])).status_code == 410


# the first start


def values(token: str, **changed: str) -> dict[str, str]:
    said = {"token": token, "company": "惠邻超市", "name": "周慎", "login": "zhou", "new": PASSWORD, "again": PASSWORD}
    return {**said, **changed}


@pytest.mark.both
def test_the_consoles_token_begins_a_workspace(db: None) -> None:
    token = first_start_token()
    client = Client()
    assert client.get("/sign-in/")["Location"] == reverse("signin:first")
    assert client.get(reverse("signin:first"), {"token": token}).context["form"]["token"].value() == token
    assert client.post(reverse("signin:first"), values(token, number="1"))["Location"] == "/"
    assert client.get("/").status_code == 200
    admin = Person.objects.get(number="1")
    assert can(admin, "people.appoint") and can(admin, "people.open_account")
    assert Department.objects.get().title == "惠邻超市"
    assert Holding.objects.get().position.code == "system-admin"
    assert Client().get(reverse("signin:first")).status_code == 404
    assert Client().post(reverse("signin:first"), values(token)).status_code == 404
    assert Client().post("/sign-in/", {"login": "zhou", "password": PASSWORD})["Location"] == "/"
    assert PASSWORD not in "".join(Entry.objects.values_list("body", flat=True))


def test_without_the_token_nobody_begins(db: None) -> None:
    first_start_token()
    page = Client().post(reverse("signin:first"), values("guess"))
    assert page.context["form"].errors["token"] and not Account.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("login", "周 慎"), ("new", "short"), ("again", "different"), ("email", "nonsense")]
)
def test_what_is_wrong_stands_beside_its_field(db: None, field: str, value: str) -> None:
    page = Client().post(reverse("signin:first"), values(first_start_token() or "", **{field: value}))
    assert field in page.context["form"].errors and not Account.objects.exists()


def test_a_first_start_that_was_cut_off_can_be_finished(db: None, monkeypatch) -> None:
    token = first_start_token() or ""
    monkeypatch.setattr(Account, "set_password", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Client().post(reverse("signin:first"), values(token))
    monkeypatch.undo()
    assert Account.objects.count() == 1
    assert Client().post(reverse("signin:first"), values(token))["Location"] == "/"
    assert Account.objects.count() == 1
    assert Client().post("/sign-in/", {"login": "zhou", "password": PASSWORD})["Location"] == "/"


def test_a_workspace_with_people_has_no_first_page(cast: Cast) -> None:
    make(Account, login="lin", person=cast.lin)
    assert Client().get(reverse("signin:first")).status_code == 404
    assert Client().get("/sign-in/").status_code == 200


# the demo's faces


@pytest.fixture
def accounts(cast: Cast) -> dict[str, Account]:
    return {p.name: make(Account, login=p.name.lower(), person=p) for p in (cast.lin, cast.chen, cast.wu)}


@pytest.fixture
def demo(accounts, cast: Cast, workspace) -> dict[str, Account]:
    workspace(demo=True)
    put_faces([cast.lin, cast.chen])
    return accounts


def test_a_demo_asks_as_whom_one_would_like_to_look(demo) -> None:
    client = Client()
    asked = client.get("/sign-in/", {"next": "/go/?q=a"})
    assert asked["Location"] == reverse("signin:faces") + "?next=%2Fgo%2F%3Fq%3Da"
    page = client.get(asked["Location"])
    assert [account.person.name for account, _post in page.context["faces"]] == ["Lin", "Chen"]
    assert "operations-manager" in page.content.decode()
    assert "过去一年的流程单为模拟" in page.content.decode()
    entered = client.post(reverse("signin:enter", args=[demo["Lin"].pk]), {"next": "/go/?q=a"})
    assert entered["Location"] == "/go/?q=a"
    assert "Lin" in client.get("/").content.decode()
    client.post(reverse("signin:enter", args=[demo["Chen"].pk]), {"next": "https://evil.example/"})
    assert "Chen" in client.get("/").content.decode()
    assert SignIn.objects.filter(ended_at__isnull=True).count() == 1
    assert Client().get("/sign-in/?password=1").status_code == 200


def test_only_faces_can_be_entered_and_only_by_post(demo) -> None:
    client = Client()
    assert client.post(reverse("signin:enter", args=[demo["Wu"].pk])).status_code == 404
    assert client.get(reverse("signin:enter", args=[demo["Lin"].pk])).status_code == 405
    assert not SignIn.objects.exists()


def test_the_door_does_not_exist_in_a_real_workspace(demo, workspace) -> None:
    """Even with rows that were marked while it was a demo."""
    workspace(demo=False)
    client = Client()
    assert client.get(reverse("signin:faces")).status_code == 404
    assert client.post(reverse("signin:enter", args=[demo["Lin"].pk])).status_code == 404
    assert client.get("/sign-in/").status_code == 200
    assert reverse("signin:faces") not in client.get("/sign-in/").content.decode()
    client.force_login(demo["Lin"], backend="django.contrib.auth.backends.ModelBackend")
    assert reverse("signin:faces") not in client.get("/").content.decode()
    assert not SignIn.objects.exclude(account=demo["Lin"]).exists()


def test_a_demo_without_faces_has_the_password_page(accounts, workspace) -> None:
    workspace(demo=True)
    assert Client().get(reverse("signin:faces")).status_code == 404
    assert Client().get("/sign-in/").status_code == 200


# the company account

OIDC = {
    "provider_id": "corp",
    "name": "企业账号",
    "client_id": "opsloop",
    "secret": "s3cret",
    "settings": {"server_url": "https://id.example.com"},
}
CONFIG = {
    "issuer": "https://id.example.com",
    "authorization_endpoint": "https://id.example.com/auth",
    "token_endpoint": "https://id.example.com/token",
    "userinfo_endpoint": "https://id.example.com/me",
    "jwks_uri": "https://id.example.com/keys",
}


class Server:
    """The company's sign-in server, as allauth's HTTP session meets it."""

    def __init__(self) -> None:
        self.me: dict[str, Any] = {}

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None: ...

    def get(self, url: str, **_: Any) -> Answer:
        return Answer(CONFIG if "well-known" in url else self.me)

    def request(self, method: str, url: str, **_: Any) -> Answer:
        return Answer({"access_token": "t", "token_type": "Bearer"})


class Answer:
    status_code, headers, text = 200, {"content-type": "application/json"}, ""

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said

    def json(self) -> dict[str, Any]:
        return self.said

    def raise_for_status(self) -> None: ...


@pytest.fixture
def server(workspace, monkeypatch) -> Server:
    one = Server()
    workspace(oidc=OIDC)
    monkeypatch.setattr(settings, "SOCIALACCOUNT_PROVIDERS", {"openid_connect": {"APPS": [OIDC]}})
    monkeypatch.setattr(
        "allauth.socialaccount.adapter.DefaultSocialAccountAdapter.get_requests_session", lambda self: one
    )
    return one


def through(client: Client, **params: str):
    """To the company's server and back."""
    there = client.post(reverse("openid_connect_login", args=["corp"]), query_params=params)
    assert there["Location"].startswith("https://id.example.com/auth?")
    state = dict(part.split("=") for part in there["Location"].partition("?")[2].split("&"))["state"]
    return client.get(reverse("openid_connect_callback", args=["corp"]), {"code": "c", "state": state})


def test_a_verified_address_signs_in_whom_we_know(cast: Cast, server: Server) -> None:
    account = make(Account, login="chen", person=cast.chen, email="chen@example.com", password="!none")
    server.me = {"sub": "77", "email": "Chen@example.com", "email_verified": True}
    client = Client()
    assert "企业账号" in client.get("/sign-in/").content.decode()
    assert through(client, next="/go/?q=a")["Location"] == "/go/?q=a"
    assert client.get("/").status_code == 200
    assert SocialAccount.objects.get().user == account
    server.me = {"sub": "77", "email": "married@example.com", "email_verified": False}
    assert through(Client())["Location"] == "/"  # once tied, the server's number of the person counts


@pytest.mark.parametrize(
    "me",
    [
        {"sub": "1", "email": "stranger@example.com", "email_verified": True},
        {"sub": "1", "email": "chen@example.com", "email_verified": False},
        {"sub": "1", "email": "chen@example.com"},
        {"sub": "1", "preferred_username": "chen"},
    ],
)
def test_nobody_else_gets_in_or_an_account(cast: Cast, server: Server, me: dict[str, Any]) -> None:
    make(Account, login="chen", person=cast.chen, email="chen@example.com")
    server.me = me
    client = Client()
    assert through(client).status_code == 403
    assert client.get("/").status_code == 302
    assert Account.objects.count() == 1 and not SocialAccount.objects.exists()


def test_a_closed_account_stays_closed(cast: Cast, server: Server) -> None:
    make(Account, login="chen", person=cast.chen, email="chen@example.com", is_active=False)
    server.me = {"sub": "77", "email": "chen@example.com", "email_verified": True}
    assert through(Client()).status_code == 403


def test_a_second_factor_is_asked_for_after_the_company_account_too(cast: Cast, server: Server) -> None:
    account = make(Account, login="chen", person=cast.chen, email="chen@example.com")
    make(Authenticator, user=account, type="totp", data={"secret": "x"})
    server.me = {"sub": "77", "email": "chen@example.com", "email_verified": True}
    client = Client()
    assert through(client)["Location"] == reverse("mfa_authenticate")
    assert client.get("/").status_code == 302


def test_matching_by_login_is_a_choice_of_the_workspace(cast: Cast, workspace) -> None:
    account = make(Account, login="chen", person=cast.chen)
    workspace(oidc={**OIDC, "match": "login"})
    assert matching({"userinfo": {"preferred_username": "Chen"}}) == account
    assert matching({"userinfo": {"email": "chen@example.com", "email_verified": True}}) is None
    assert matching({}) is None


def test_an_address_of_two_accounts_signs_in_neither(cast: Cast) -> None:
    for one in (cast.chen, cast.wu):
        make(Account, login=one.name, person=one, email="team@example.com")
    assert matching({"email": "team@example.com", "email_verified": True}) is None


def test_a_link_alone_starts_nothing(cast: Cast, server: Server) -> None:
    assert Client().get(reverse("openid_connect_login", args=["corp"]))["Location"] == "/sign-in/"
    assert Client().post(reverse("openid_connect_login", args=["other"])).status_code == 404


def test_a_signed_in_person_ties_no_other_company_account(cast: Cast, server: Server) -> None:
    account = make(Account, login="chen", person=cast.chen)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    server.me = {"sub": "666", "email": "other@example.com", "email_verified": True}
    assert through(client, process="connect")["Location"] == reverse("signin:security")
    assert not SocialAccount.objects.exists()


# all of them


def test_every_page_here_says_who_may_open_it() -> None:
    found = [one for one in get_resolver().url_patterns if str(one.pattern) == "sign-in/"]
    views = list(_views(found[0]))
    assert len(views) > 15
    assert [view for view in views if not hasattr(view, "page")] == []


def _views(node):
    for one in node.url_patterns:
        if hasattr(one, "url_patterns"):
            yield from _views(one)
        else:
            yield one.callback


PUBLIC = {"account_login", "account_inactive", "socialaccount_login_error", "socialaccount_login_cancelled"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_public_pages_open_and_the_others_ask_to_sign_in(accounts, language: str) -> None:
    client = Client()
    client.cookies["django_language"] = language
    for name in PUBLIC:
        page = client.get(reverse(name))
        assert page.status_code in (200, 401) and f'<html lang="{language}"' in page.content.decode(), name
    for name in ("account_change_password", "mfa_activate_totp", "mfa_view_recovery_codes", "signin:security"):
        assert client.get(reverse(name))["Location"].startswith("/sign-in/?next="), name
