"""The list kit against a bare Django view with the same rows: CPU of one page of 25 out of 50,000."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.template import Template, engines
from django.test import Client, override_settings
from django.urls import path

from bench.measure import SMOKE, Figure, ratio
from bench.setup import people
from opsloop.base.people.models import Account, Person
from opsloop.base.policy.scopes import visible
from opsloop.base.testing import given, make
from opsloop.ui.page import PersonRequest, page
from opsloop.ui.tests import site

ROWS, LIMIT = 1_000 if SMOKE else 50_000, 2.0
PART = {"HX-Request": "true", "HX-Target": "section#list-crowd"}
NAMES = ("name", "number", "kind", "phone", "joined_on", "left_on", "letters")
BARE = """<!doctype html><html><head><title>People</title></head><body><form method="get"><input name="q" value="">
</form><p>{{ count }}</p><table><thead><tr>{% for name in names %}<th>{{ name }}</th>{% endfor %}</tr></thead><tbody>
{% for row in rows %}<tr><td><a href="/crowd/{{ row.pk }}/">{{ row.name }}</a></td><td>{{ row.number }}</td>
<td>{{ row.get_kind_display }}</td><td>{{ row.phone }}</td><td>{{ row.joined_on|date:"Y-m-d" }}</td>
<td>{{ row.left_on|date:"Y-m-d" }}</td><td>{{ row.name|length }}</td></tr>{% endfor %}</tbody></table></body></html>"""


def bare_view() -> Callable[..., HttpResponse]:
    """What one would write by hand: the same count and rows, and no frame around them."""
    template: Template = engines["django"].from_string(BARE)

    @page(anyone=True)
    def bare(request: PersonRequest) -> HttpResponse:
        rows = visible(request.person, Person).order_by("name", "pk")
        said = {"count": rows.count(), "rows": rows[:25], "names": NAMES}
        return HttpResponse(template.render(said, request))

    return bare


def fill() -> Client:
    """Fifty thousand people, and Lin's browser."""
    lin = people().lin
    with given():
        some = (Person(name=f"P{i:05}", number=f"E{i:05}", revision=1) for i in range(ROWS))
        Person.objects.bulk_create(some, batch_size=5000)
    client = Client()
    account = make(Account, login="bench-lists", person=lin)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def run() -> list[Figure]:
    client = fill()
    site.urlpatterns.append(path("bare/", bare_view()))

    def get(url: str, **headers: str) -> None:
        assert client.get(url, headers=headers).status_code == 200

    with site.open_site(), override_settings(ROOT_URLCONF="opsloop.ui.tests.site", ALLOWED_HOSTS=["*"]):
        whole = ratio(lambda _i: get("/crowd/"), lambda _i: get("/bare/"))
        part = ratio(lambda _i: get("/crowd/", **PART), lambda _i: get("/bare/"))
    return [
        Figure("list page, whole, by a bare view", whole[0], LIMIT, "x", whole[1]),
        Figure("list page, a partial swap, by a bare view", part[0], LIMIT, "x", part[1]),
    ]
