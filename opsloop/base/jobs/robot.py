"""The robot that runs jobs: a person of kind robot, whose rights are lent to it job by job, never a bypass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db import IntegrityError
from django.utils.translation import gettext as _t

from opsloop.base.acts import acting
from opsloop.base.jobs.actions import make_robot
from opsloop.base.jobs.models import ROBOT
from opsloop.base.people.models import Person, PersonKind
from opsloop.base.policy.standing import Standing, lend, standings
from opsloop.base.things.frame import Call


def robot() -> Person:
    """A fresh instance of the robot, made at first use by an act of its own. It holds no rights yet."""
    found = Person.objects.filter(number=ROBOT).first()
    if found is not None:
        return found
    new = Person(name=_t("Opsloop worker"), number=ROBOT, kind=PersonKind.ROBOT)
    lend(new, lambda: (machine({"jobs.make_robot"}),))
    try:
        with acting(Call(by=new, via="worker")):
            make_robot(by=new)
    except IntegrityError:  # another worker was first
        pass
    return Person.objects.get(number=ROBOT)


def machine(may: Iterable[str]) -> Standing:
    """The robot's own position: it sees everything and may do the named acts only."""
    return Standing(
        position="machine",
        department_id=0,
        department_path="/",
        behalf_id=None,
        may=frozenset(may),
        sees={"*": "all"},
        reads=frozenset(),
        limits={},
    )


def for_person(asker: Person) -> Person:
    """The robot with the rights that `asker` has at each moment; entries name the asker as whom it acts for."""
    me = robot()
    lend(me, lambda: tuple(replace(s, behalf_id=s.behalf_id or asker.pk) for s in standings(asker)), asker)
    return me


def for_itself(may: Iterable[str]) -> Person:
    """The robot with its code-given acts, and with whatever positions the company gave it."""
    me, acts = robot(), frozenset(may)
    own = Person.objects.get(pk=me.pk)
    lend(me, lambda: (machine(acts), *standings(own)))
    return me
