"""The list of people: who works here, where, and whether they are still here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Model, Prefetch, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Department, Holding, Person, Position
from opsloop.base.policy.scopes import visible
from opsloop.base.things.texts import listed
from opsloop.ui.lists import ChoiceFilter, Column, DayFilter, FlagFilter, Listing, PickFilter, TextFilter

POSTS = "posts_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingFilter(PickFilter):
    """Those who hold a position now in a department or one below it, or a position anywhere."""

    def narrow(self, rows: QuerySet[Any], said: QueryDict, by: Person) -> QuerySet[Any]:
        one: Any = self.chosen(said, by)
        if one is None:
            return rows.none() if said.get(self.name) else rows
        fits = {"department__path__startswith": one.path} if self.below else {self.path: one}
        held = visible(by, Holding).at().filter(**fits)  # type: ignore[attr-defined]
        return rows.filter(pk__in=held.values("person_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class HereFilter(ChoiceFilter):
    """Unless somebody asks for those who have left, only those who are here are shown."""

    def options(self, model: type[Model], by: Person) -> list[tuple[str, str]]:
        return [("left", _t("Have left")), ("all", _t("Here and left"))]

    def narrow(self, rows: QuerySet[Any], said: QueryDict, by: Person) -> QuerySet[Any]:
        here = Q(left_on__isnull=True) | Q(left_on__gte=timezone.localdate())
        asked = said.get(self.name, "")
        return rows if asked == "all" else rows.exclude(here) if asked == "left" else rows.filter(here)

    def words(self, model: type[Model], said: QueryDict, by: Person) -> str:
        return dict(self.options(model, by)).get(said.get(self.name, ""), _t("Here now"))


def posts(person: Any) -> str:
    """运营专员 · 运营部 of each position held now, as far as the reader sees it."""
    return listed(f"{one.position} · {one.department}" for one in getattr(person, POSTS))


class PeopleList(Listing):
    name = "people"
    model = Person
    title = _("People")
    columns = (
        Column(name="name", link=True),
        Column(name="number"),
        Column(name="posts", label=_("Positions now"), value=posts),
        Column(name="kind", tones={"staff": "green", "robot": "blue", "outsider": "orange"}),
        Column(name="phone"),
        Column(name="email"),
        Column(name="joined_on", on=False),
        Column(name="left_on", on=False),
        Column(name="language", on=False),
    )
    filters = (
        TextFilter(fields=("name", "number"), label=_("Name or staff number")),
        HoldingFilter(name="department", model=Department, label=_("Department"), below=True),
        HoldingFilter(name="position", model=Position, label=_("Position")),
        ChoiceFilter(name="kind"),
        HereFilter(name="here", label=_("Here now")),
        FlagFilter(name="account", label=_("May sign in"), when=lambda: Q(account__is_active=True)),
        DayFilter(name="joined", field="joined_on"),
    )
    order: ClassVar[tuple[str, ...]] = ("-kind", "name")  # staff before robots before outsiders
    acts = ("people.register",)
    empty = _("Nobody here that you may see.")
    empty_hint = _("Register the first person, or import the whole list from Excel.")

    def rows(self, by: Person) -> QuerySet[Any]:
        held = visible(by, Holding).at().select_related("position", "department")  # type: ignore[attr-defined]
        return super().rows(by).prefetch_related(Prefetch("holdings", queryset=held, to_attr=POSTS))
