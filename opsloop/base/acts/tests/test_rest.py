"""The REST door: who comes in, what each answer looks like, and that nothing is shown that is not declared."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone

from opsloop.base.acts import registry
from opsloop.base.acts.doors import rest
from opsloop.base.acts.doors.shown import Shown, shown
from opsloop.base.ledger.models import Entry
from opsloop.base.people import bearers
from opsloop.base.people.models import Account, Department, Holding, Person, Token
from opsloop.base.policy.scopes import scoped
from opsloop.base.testing import LONG_AGO, Cast, make

Post = Callable[..., Any]
OKAY = {"title": "New", "reason": "because"}


@pytest.fixture
def mounted(sample: SimpleNamespace) -> Iterator[None]:
    """The API of the sample acts and three lists."""
    urls = ModuleType("test_urls")
    lists = [
        Shown(Department, "test", ("code", "title", "parent"), ("code", "parent", "closed_at__isnull"), ("code",)),
        Shown(Person, "test/people", ("name", "phone", "joined_on"), ("name", "joined_on__gte"), ("name",)),
        Shown(Holding, "test/holdings", ("person", "starts_at"), ("starts_at__gte",), ()),
    ]
    named = {name: this for name, this in registry.items() if name.startswith("test.")}
    urls.urlpatterns = [path("api/", rest.build(named, lists, namespace="test-api").urls)]  # type: ignore[attr-defined]
    with override_settings(ROOT_URLCONF=urls):
        yield


@pytest.fixture
def lin(mounted: None, may: Cast) -> Post:
    """Lin's browser: signed in, with the CSRF token."""
    return browser(may.lin)


def browser(person: Person) -> Post:
    account = make_account(person)
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    client.force_login(account)
    client.cookies["csrftoken"] = "x" * 32

    def post(where: str, body: Any = None, **headers: str) -> Any:
        kept = {"X-CSRFToken": "x" * 32, **{name.replace("_", "-"): value for name, value in headers.items()}}
        data = body if isinstance(body, str) else json.dumps(body if body is not None else {})
        return client.post(f"/api/{where}", data, content_type="application/json", headers=kept)

    post.get = lambda where, **kept: client.get(f"/api/{where}", headers=kept)  # type: ignore[attr-defined]
    post.client = client  # type: ignore[attr-defined]
    return post


def make_account(person: Person) -> Account:
    account = Account(login=person.name.lower(), person=person, sessions_valid_from=timezone.now() - timedelta(days=1))
    account.set_unusable_password()
    account.save()
    return account


def token(person: Person, *acts: str, **values: Any) -> Post:
    """A program with a token."""
    secret, digest = bearers.new_secret()
    made = make(Token, person=person, title="t", digest=digest, acts=list(acts), **values)
    client = Client(enforce_csrf_checks=True)

    def post(where: str, body: Any = None, **headers: str) -> Any:
        kept = {"Authorization": f"Bearer {secret}", **headers}
        return client.post(f"/api/{where}", json.dumps(body or {}), content_type="application/json", headers=kept)

    post.get = lambda where: client.get(f"/api/{where}", headers={"Authorization": f"Bearer {secret}"})  # type: ignore[attr-defined]
    post.id = made.pk  # type: ignore[attr-defined]
    return post


def test_an_act_is_done_over_the_api(lin: Post, may: Cast) -> None:
    answer = lin(f"test/{may.ops.pk}/rename", OKAY, Idempotency_Key="k1", If_Match='"2"')
    assert answer.status_code == 200, answer.content
    assert answer.json() == {"id": may.ops.pk, "type": "people.department", "name": "New", "revision": 3}
    entry = Entry.objects.get()
    assert (entry.via, entry.key, entry.by_id) == ("api", "k1", may.lin.pk)
    again = lin(f"test/{may.ops.pk}/rename", OKAY, Idempotency_Key="k1", If_Match='"2"')
    assert again.json()["repeated"] is True and Entry.objects.count() == 1


def test_making_and_bulk_have_no_id_in_the_address(lin: Post, may: Cast) -> None:
    made = lin("test/found", {"code": "shop", "title": "Shop"})
    assert made.status_code == 200 and Department.objects.get(code="shop").pk == made.json()["id"]
    bulk = lin("test/calendar", {"on": [may.ops.pk, may.data.pk], "calendar": "shop"})
    assert (bulk.status_code, bulk.json()) == (200, 2)


def test_every_no_has_its_status_and_shape(lin: Post, may: Cast) -> None:
    where = f"test/{may.ops.pk}/rename"
    nos = [
        (lin(where, {"title": "", "reason": "x"}), 422, "invalid"),
        (lin(where, {**OKAY, "title": "None"}), 409, "refused"),
        (lin(where, OKAY, If_Match="77"), 412, "stale"),
        (lin("test/999999/rename", OKAY), 404, "not_found"),
        (lin(f"test/{may.ops.pk}/risky"), 409, "confirm"),
        (lin(where, OKAY, If_Match="one"), 422, "invalid"),
        (lin(where, OKAY, Happened_At="yesterday"), 422, "invalid"),
        (lin(where, "{"), 422, "invalid"),
        (lin(where, "[1]"), 422, "invalid"),
        (lin(where, {**OKAY, "confirm": ["x"]}), 422, "invalid"),
        (lin(where, {**OKAY, "on": 3}), 422, "invalid"),
    ]
    assert [(a.status_code, a.json()["code"]) for a, _s, _c in nos] == [(s, c) for _a, s, c in nos]
    assert nos[0][0].json()["errors"]["title"] == ["Please fill this in."]
    assert nos[1][0].json()["field"] == "title" and list(nos[4][0].json()["confirm"]) == ["far", "deep"]
    assert not Entry.objects.exists()
    lin(where, OKAY, Idempotency_Key="k1")
    reused = lin(where, {**OKAY, "reason": "other"}, Idempotency_Key="k1")
    assert (reused.status_code, reused.json()["code"]) == (422, "key_reused")


def test_reasons_and_a_dry_run_and_a_late_entry_travel(lin: Post, may: Cast) -> None:
    where = f"test/{may.ops.pk}/risky"
    told = {"confirm": {"far": "we know", "deep": "we know"}}
    assert lin(f"{where}?dry", told).status_code == 200 and not Entry.objects.exists()
    assert lin(where, told).status_code == 200
    with time_machine.travel(datetime(2026, 11, 21, 9, tzinfo=UTC), tick=False):
        where = f"test/{may.ops.pk}/rename"
        late = lin(where, OKAY, Happened_At="2026-11-21T10:00:00+08:00")
        assert list(late.json()["confirm"]) == ["late-entry"]
        done = lin(where, {**OKAY, "confirm": {"late-entry": "the line was down"}}, Happened_At="2026-11-21T10:00")
        assert done.status_code == 200
    entry = Entry.objects.latest("id")
    assert entry.at - entry.happened == 7 * 3600 * 1_000_000


def test_the_answers_speak_the_readers_language(lin: Post, may: Cast) -> None:
    zh = lin(f"test/{may.ops.pk}/rename", {}, Accept_Language="zh-hans").json()
    en = lin(f"test/{may.ops.pk}/rename", {}, Accept_Language="en").json()
    assert zh["errors"].keys() == en["errors"].keys() == {"title", "reason"}


def test_a_stranger_is_let_in_nowhere(mounted: None, may: Cast) -> None:
    client = Client()
    for answer in (
        client.post(f"/api/test/{may.ops.pk}/rename", OKAY, content_type="application/json"),
        client.get("/api/test/"),
        client.get("/api/openapi.json"),
        client.get("/api/test/", headers={"Authorization": "Bearer opsloop_wrong"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")


def test_a_session_needs_the_csrf_token_for_writing_only(lin: Post, may: Cast) -> None:
    client = lin.client  # type: ignore[attr-defined]
    answer = client.post(f"/api/test/{may.ops.pk}/rename", OKAY, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "request") and not Entry.objects.exists()
    assert client.get("/api/test/").status_code == 200


def test_seen_but_not_allowed_is_403(mounted: None, may: Cast) -> None:
    chen = browser(may.chen)
    assert chen(f"test/{may.ops.pk}/rename", OKAY).status_code == 403
    assert chen(f"test/{may.data.pk}/rename", OKAY).status_code == 404


def test_a_token_does_what_it_names_and_no_more(mounted: None, may: Cast) -> None:
    program = token(may.lin, "test.rename")
    assert program(f"test/{may.ops.pk}/rename", OKAY).status_code == 200
    assert Entry.objects.values_list("via", "by_id").get() == (f"token:{program.id}", may.lin.pk)  # type: ignore[attr-defined]
    assert program(f"test/{may.ops.pk}/close").status_code == 403
    reader = token(may.lin)
    assert reader.get("test/").status_code == 200  # type: ignore[attr-defined]
    assert reader(f"test/{may.ops.pk}/rename", OKAY).status_code == 403


@pytest.mark.parametrize("values", [{"ends_at": LONG_AGO}, {"revoked_at": LONG_AGO}])
def test_a_token_that_ended_lets_nobody_in_not_even_with_a_session(
    lin: Post, may: Cast, values: dict[str, datetime]
) -> None:
    secret, digest = bearers.new_secret()
    make(Token, person=may.lin, title="t", digest=digest, acts=["*"], **values)
    assert lin(f"test/{may.ops.pk}/close", Authorization=f"Bearer {secret}").status_code == 401


def test_an_act_taken_off_this_door_has_no_address(mounted: None, lin: Post, may: Cast) -> None:
    from dataclasses import replace

    closed = {"test.close": replace(registry["test.close"], doors=frozenset({"page"}))}
    assert [p for p in rest.build(closed, [], namespace="test-api-2").urls[0] if "close" in str(p)] == []


def test_the_description_speaks_each_readers_language(lin: Post) -> None:
    en = lin.get("openapi.json", **{"Accept-Language": "en"}).json()  # type: ignore[attr-defined]
    paths = en["paths"]
    assert {"/api/test/{id}/rename", "/api/test/found", "/api/test/calendar", "/api/test/"} <= paths.keys()
    rename = paths["/api/test/{id}/rename"]["post"]
    assert rename["summary"] == "Rename" and rename["description"].startswith("Give a department")
    body = rename["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["title"]["title"] == "Name" and body["properties"]["title"]["maxLength"] == 80
    assert body["required"] == ["title", "reason"] and "confirm" in body["properties"]
    assert {p["name"] for p in rename["parameters"]} == {"id", "Idempotency-Key", "If-Match", "Happened-At", "dry"}
    bulk = paths["/api/test/calendar"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert bulk["properties"]["on"]["items"]["x-object"] == "people.department"
    plan = paths["/api/test/{id}/plan"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert plan["properties"]["lines"]["items"]["properties"]["amount"]["title"] == "Amount" and "$ref" not in str(en)


def test_a_list_shows_what_is_declared_to_who_may_see_it(lin: Post, may: Cast) -> None:
    said = lin.get("test/?sort=-code&per=2&page=1").json()  # type: ignore[attr-defined]
    assert (said["count"], said["page"], said["pages"]) == (3, 1, 2)
    assert said["rows"][0] == {
        "id": may.ops.pk, "name": "operations", "revision": 2, "code": "operations", "title": "operations",
        "parent": {"id": may.company.pk, "name": "company"},
    }  # fmt: skip
    assert [r["code"] for r in lin.get(f"test/?parent={may.company.pk}").json()["rows"]] == ["data", "operations"]  # type: ignore[attr-defined]
    one = lin.get(f"test/{may.ops.pk}/")  # type: ignore[attr-defined]
    assert one.json()["code"] == "operations" and one["ETag"] == '"2"'
    chen = browser(may.chen)
    assert [r["code"] for r in chen.get("test/").json()["rows"]] == ["operations"]  # type: ignore[attr-defined]
    assert chen.get(f"test/{may.data.pk}/").status_code == 404  # type: ignore[attr-defined]
    assert browser(may.zhao).get("test/").status_code == 403  # type: ignore[attr-defined]


def test_a_list_refuses_what_it_does_not_know(lin: Post) -> None:
    for query in ("colour=red", "per=0", "per=201", "page=x", "sort=path", "parent=x", "parent=1&order=code"):
        assert lin.get(f"test/?{query}").status_code == 422, query  # type: ignore[attr-defined]
    assert lin.get("test/people/?sort=phone").status_code == 422  # type: ignore[attr-defined]
    assert lin.get("test/holdings/?starts_at__gte=soon").status_code == 422  # type: ignore[attr-defined]
    assert lin.get("test/holdings/?starts_at__gte=2020-01-01").json()["count"] == Holding.objects.count()  # type: ignore[attr-defined]


def test_sensitive_values_are_masked_and_cannot_be_asked_for(lin: Post, may: Cast) -> None:
    make(Person, name="Qian", phone="13800001111")
    (row,) = lin.get("test/people/?name=Qian").json()["rows"]  # type: ignore[attr-defined]
    assert row["phone"] == "13800001111"  # Lin reads contacts
    wu = browser(may.wu)
    (row,) = wu.get("test/people/?name=Qian").json()["rows"]  # type: ignore[attr-defined]
    assert row["phone"] == "138****1111"
    for wrong in (("phone",), ("phone__startswith",), ("name__regex",), ("shoe",)):
        with pytest.raises(ValueError, match="shown"):
            shown(Person, at="test/wrong", fields=("name",), filters=wrong)


def test_a_model_without_a_scope_is_shown_to_nobody(lin: Post, may: Cast) -> None:
    from opsloop.base.policy import scopes

    scopes._scopes.pop(Holding)
    assert lin.get("test/holdings/").status_code == 403  # type: ignore[attr-defined]
    scoped(Holding, noun="test", everyone=True)
    assert lin.get("test/holdings/").status_code == 200  # type: ignore[attr-defined]


def test_the_real_api_stands_at_its_place(may: Cast) -> None:
    client = Client()
    assert client.get("/api/openapi.json").status_code == 401
    client.force_login(make_account(may.lin))
    paths = client.get("/api/openapi.json").json()["paths"]
    real = [this for this in registry.values() if ".tests." not in this.fn.__module__]
    nouns = {this.noun for this in real if "api" in this.doors}
    assert nouns and nouns <= {place.split("/")[2] for place in paths}
    assert client.get("/api/people/").status_code == 200
