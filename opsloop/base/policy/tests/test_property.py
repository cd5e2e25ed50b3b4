"""Whatever positions people hold: what may be done to a row can also be seen, and no rows of others leak."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opsloop.base.people.models import Absence, Department, Holding, Person, Position
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import covers, visible
from opsloop.base.policy.standing import standings
from opsloop.base.testing import department, hold, make, person, position

LEVELS = st.sampled_from(["own", "department", "subtree", "all", "nonsense"])
MAY = st.lists(st.sampled_from(["people.*", "people.correct", "departments.rename", "risks.*"]), max_size=2)
SEES = st.dictionaries(st.sampled_from(["people", "*", "risks"]), LEVELS, max_size=2)
POST = st.tuples(MAY, SEES)
WHEN = st.sampled_from([(-9, None), (-9, -1), (-9, 9), (1, None)])
HELD = st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 3), WHEN)
AWAY = st.tuples(st.integers(0, 3), st.integers(0, 3), WHEN)
MODELS = (Person, Department, Holding, Absence, Position)
ACTS = ("people.correct", "departments.rename", "people.relieve")


def _when(days: tuple[int, int | None]) -> dict[str, object]:
    now = timezone.now()
    return {
        "starts_at": now + timedelta(days=days[0]),
        "ends_at": None if days[1] is None else now + timedelta(days=days[1]),
    }


class Everyone(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(posts=st.tuples(POST, POST, POST), held=st.lists(HELD, max_size=6), away=st.lists(AWAY, max_size=3))
    def test_what_may_be_done_to_a_row_is_seen(self, posts, held, away) -> None:
        root = department("root")
        left, right = department("left", parent=root), department("right", parent=root)
        places = [root, left, right, department("below", parent=left)]
        made = [position(f"p{i}", may=may, sees=sees) for i, (may, sees) in enumerate(posts)]
        people = [person(f"n{i}") for i in range(4)]
        for who, post, where, when in held:
            hold(people[who], made[post], places[where], **_when(when))
        for who, other, when in away:
            make(Absence, person=people[who], substitute=people[other], **_when(when))
        for who in people:
            self._judge(Person.objects.get(pk=who.pk))

    def _judge(self, who: Person) -> None:
        for model in MODELS:
            seen = set(visible(who, model).values_list("pk", flat=True))
            for row in model._base_manager.all():
                reached = any(covers(who, standing, row) for standing in standings(who))
                if any(can(who, act, row) for act in ACTS):
                    assert row.pk in seen and reached
                if reached:
                    assert row.pk in seen
                elif model not in (Department, Position):  # the organisation is seen beyond one's reach
                    assert row.pk not in seen
