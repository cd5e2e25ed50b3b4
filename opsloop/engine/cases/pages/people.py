"""Names of the people that stand in the rows of a case as numbers."""

from __future__ import annotations

from collections.abc import Iterable

from opsloop.base.people import posts
from opsloop.base.people.models import Person
from opsloop.base.things.texts import listed
from opsloop.engine.cases.flow.state import Item, State
from opsloop.engine.cases.models import WorkItem
from opsloop.engine.sops.saying import FIELD


class Names:
    """person number -> name, position code -> title; looked up at once."""

    def __init__(self, people: Iterable[int | None], fields: dict[str, str]) -> None:
        wanted = {one for one in people if one is not None}
        self.people = dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name"))
        self.posts = posts.titles()
        self.fields = fields

    def person(self, pk: object) -> str:
        return self.people.get(pk, "") if isinstance(pk, int) else ""

    def all(self, pks: Iterable[int]) -> str:
        return listed([self.person(one) for one in pks])

    def who(self, ident: str) -> str:
        """A position, or the field that holds the person."""
        if ident.startswith(FIELD):
            return self.fields.get(ident.removeprefix(FIELD), ident.removeprefix(FIELD))
        return self.posts.get(ident, ident)

    def has(self, item: Item) -> str:
        """Who has an item now, or those who may take it."""
        if item.assignee is not None:
            return self.person(item.assignee)
        if item.position and (len(item.candidates) > 1 or not item.candidates):
            return self.who(item.position)
        return self.all(item.candidates)

    def did(self, item: Item) -> str:
        return self.person(item.by)


def of_state(state: State) -> set[int | None]:
    """Everybody who stands in the rows."""
    out: set[int | None] = {state.head.initiator}
    for one in state.items.values():
        out |= {one.assignee, one.owner, one.by, one.behalf, one.added_by, *one.candidates}
    for vote in state.votes.values():
        out |= {vote.by, vote.behalf}
    return out


class RowNames:
    """Who has open work, for rows of lists."""

    def __init__(self, people: dict[int, str], titles: dict[str, str]) -> None:
        self.people, self.posts = people, titles

    def of(self, item: WorkItem) -> str:
        if item.assignee_id is not None:
            return self.people.get(item.assignee_id, "")
        if len(item.candidates) == 1:
            return self.people.get(item.candidates[0], "")
        return self.posts.get(item.position, "") or listed(self.people.get(one, "") for one in item.candidates)


def of_rows(items: Iterable[WorkItem]) -> RowNames:
    """Looked up at once."""
    wanted = {one.assignee_id for one in items} | {each for one in items for each in one.candidates}
    found = Person.objects.filter(pk__in={one for one in wanted if one is not None})
    return RowNames(dict(found.values_list("pk", "name")), posts.titles())
