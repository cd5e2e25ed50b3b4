"""A small site for the kits' tests: a list of people, a page of one, acts on them. Nothing of it ships."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Note, Reason, Refused, act, registry, warn
from opsloop.base.people.models import Department, Person, PersonKind
from opsloop.base.policy import scopes
from opsloop.ui.lists import ChoiceFilter, Column, DayFilter, FlagFilter, Listing, PickFilter, TextFilter, list_page
from opsloop.ui.page import PersonRequest, page

PERSON = """
{% extends "frame/page.html" %}
{% block title %}{{ one.name }}{% endblock %}
{% block actions %}{% act_buttons one %}{% endblock %}
{% block content %}<div class="two"><div>
<section class="card">
<div class="card-header"><h2 class="card-title">{% trans "Details" %}</h2></div>
<dl class="facts">{% facts one "name" "number" "kind" "phone" "email" "joined_on" "left_on" %}
{% fact _("Letters") one.name|length %}</dl></section>
{% files one %}
{% links one %}
</div><div>{% history one %}</div></div>{% endblock %}
"""


@dataclass(frozen=True)
class Post:
    """A nested row."""

    title: Annotated[str, Arg(label=_("Title"), min=2, max=20)]
    share: Annotated[int, Arg(label=_("Share"), min=0, max=100)] = 100


def colleagues(by: Person, subject: Any) -> QuerySet[Person]:
    return Person.objects.filter(kind=PersonKind.STAFF).exclude(name="Wu")


def staff_only(person: Person) -> Any:
    return _("Only staff leave.") if person.kind != PersonKind.STAFF else None


@act("uitest.leave", _("Let somebody go"), done=_("{by} let {object} leave: {reason}"), when=staff_only)
def leave(
    person: Person,
    *,
    by: Person,
    reason: Reason,
    left_on: date,
    heir: Annotated[Person | None, Arg(pick=colleagues)] = None,
) -> Person:
    """Somebody leaves."""
    if person.name == "Lin":
        raise Refused(_("Lin stays."), field="left_on")
    if left_on.year < 2020:
        warn("long-ago", _("That is long ago."))
    person.left_on = left_on
    person.save(update_fields=["left_on"])
    return person


@act("uitest.add", _("Add a person"), done=_("{by} added {result}"))
def add(
    *,
    by: Person,
    name: Annotated[str, Arg(label=_("Name"), min=2)],
    kind: PersonKind = PersonKind.STAFF,
    posts: list[Post],
    pay: Decimal = Decimal(0),
    note: Note = "",
    friends: list[Person] | None = None,
) -> Person:
    """Somebody new."""
    made = Person(name=name, kind=kind, number=f"{len(posts)}-{pay}-{len(friends or [])}")
    made.save()
    return made


@act("uitest.mail", _("Set the language"), done=_("{by} set the language of some people"))
def mail(people: list[Person], *, by: Person, language: Annotated[str, Arg(label=_("Language"))]) -> int:
    """The same language for all."""
    for one in people:
        one.language = language
        one.save(update_fields=["language"])
    return len(people)


@act("uitest.hidden", _("No page"), done=_("{by}"), doors=frozenset({"api"}))
def hidden(*, by: Person) -> None:
    """Has no page."""


ACTS = {name: registry.pop(name) for name in ("uitest.leave", "uitest.add", "uitest.mail", "uitest.hidden")}


@contextmanager
def open_site() -> Iterator[None]:
    """The acts are there and people are visible."""
    kept = scopes._scopes.get(Person), scopes._scopes.get(Department)
    registry.update(ACTS)
    scopes.scoped(Person, noun="people", everyone=True)
    scopes.scoped(Department, noun="people", everyone=True)
    try:
        yield
    finally:
        for name in ACTS:
            del registry[name]
        for model, scope in zip((Person, Department), kept, strict=True):
            if scope is None:
                del scopes._scopes[model]  # type: ignore[arg-type]
            else:
                scopes._scopes[model] = scope  # type: ignore[index]


class Crowd(Listing):
    name = "crowd"
    model = Person
    title = _("People")
    columns = (
        Column(name="name", link=True),
        Column(name="number"),
        Column(name="kind", tones={"staff": "green", "robot": "blue", "outsider": "orange"}),
        Column(name="phone"),
        Column(name="joined_on"),
        Column(name="left_on", late=lambda person: person.left_on is not None),
        Column(name="email", on=False),
        Column(name="erased_at", on=False),
        Column(name="letters", label=_("Letters"), value=lambda person: len(person.name), kind="number"),
    )
    filters = (
        TextFilter(fields=("name", "number")),
        ChoiceFilter(name="kind"),
        FlagFilter(name="gone", label=_("Left"), when=lambda: Q(left_on__isnull=False)),
        DayFilter(name="joined", field="joined_on"),
        PickFilter(
            name="department", label=_("Department"), model=Department, field="holdings__department", below=True
        ),
    )
    order = ("name",)
    acts = ("uitest.add",)
    bulk = ("uitest.mail",)
    empty = _("Nobody yet.")
    empty_hint = _("Import people from Excel, or add the first one.")

    def url(self, row: Any) -> str | None:
        return f"/crowd/{row.pk}/"


@page(anyone=True)
def crowd(request: PersonRequest) -> HttpResponse:
    return list_page(request, Crowd)


@page(anyone=True)
def one(request: PersonRequest, pk: int) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PERSON).render({"one": Person.objects.get(pk=pk)}, request))


urlpatterns = [
    path("crowd/", crowd, name="crowd"),
    path("crowd/<int:pk>/", one, name="crowd-one"),
    path("files/", include("opsloop.ui.files.urls")),
    path("", include("opsloop.ui.urls")),
]
