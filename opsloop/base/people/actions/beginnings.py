"""The first acts of a workspace, by the robot that sets up (policy/beginning.py) and by nobody else."""

from __future__ import annotations

from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Refused, act
from opsloop.base.people.actions.accounts import Login, open_account
from opsloop.base.people.actions.appointments import appoint
from opsloop.base.people.actions.departments import found_department
from opsloop.base.people.actions.persons import Email, Name, Number, register
from opsloop.base.people.models import Account, Department, Holding, Person, Position
from opsloop.base.policy import beginning
from opsloop.base.policy.models import Mandate

ADMIN = "system-admin"
ADMIN_MAY = sorted({*beginning.MAY, "ledger.*"})
"""What the first administrator may do until the playbook with the position's own file is published."""


def _must_be_robot(by: Person) -> None:
    if not beginning.is_setup(by):
        raise Forbidden(_t("Only the beginning of a workspace does this."))


@act("people.begin", _("Begin"), done=_("{by} began"), doors=frozenset())
def begin(*, by: Person) -> Person:
    """The robot that sets up enters itself: the first line of the ledger."""
    _must_be_robot(by)
    if by.pk is None:
        by.save()
    return by


@act("people.set_up", _("Set the workspace up"), done=_("{by} set the workspace up"), doors=frozenset())
def set_up(
    *,
    by: Person,
    company: Annotated[str, Arg(label=_("Company"), min=1, max=80)],
    name: Name,
    login: Login,
    number: Number | None = None,
    email: Email = "",
) -> Account:
    """The company, its first administrator and the account. Refused once there is an account: then people take over."""
    _must_be_robot(by)
    if Account.objects.exists():
        raise Refused(_t("This workspace has been set up."))
    root = Department.objects.filter(parent__isnull=True).first()
    root = root or found_department(by=by, code="company", title=company)
    admin = register(by=by, name=name, number=number, email=email)
    position = Position.objects.filter(code=ADMIN).first() or _position()
    holding = appoint(admin, by=by, position=position, department=root)
    assert isinstance(holding, Holding)
    return open_account(admin, by=by, login=login)


def _position() -> Position:
    position = Position(code=ADMIN, title="系统管理员", title_en="System administrator")
    position.save()
    Mandate(
        position=position,
        from_day=timezone.localdate(),
        version="built-in",
        may=ADMIN_MAY,
        sees={"*": "all"},
        reads=["contact"],
    ).save()
    return position
