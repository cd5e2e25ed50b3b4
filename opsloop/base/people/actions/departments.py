"""The tree of departments. A department's path is the ids from the root, so that a subtree is one prefix."""

from __future__ import annotations

from typing import Annotated

from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Invalid, Reason, Refused, act
from opsloop.base.acts.locks import locked_rows
from opsloop.base.people.actions.rules import must_reach
from opsloop.base.people.models import Department, Holding, Person
from opsloop.base.policy.scopes import sees

Code = Annotated[str, Arg(label=_("Code"), help=_("Small letters, digits and hyphens; it never changes."), max=60)]
Title = Annotated[str, Arg(label=_("Name"), min=1, max=80)]
Above = Annotated[Department, Arg(label=_("Part of"))]


def _open(department: Department) -> str | None:
    return _t("This department is closed.") if department.closed_at else None


def _must_be_open(parent: Department) -> None:
    if parent.closed_at:
        raise Refused(_t("{department} is closed.").format(department=parent), field="parent")


@act("departments.found", _("Found a department"), done=_("{by} founded the department {title}"))
def found_department(
    *,
    by: Person,
    code: Code,
    title: Title,
    parent: Above | None = None,
    calendar: Annotated[str, Arg(label=_("Working calendar"), max=60)] = "",
) -> Department:
    """Add a department below another. Only the first one, the company itself, has none above it."""
    if slugify(code) != code or not code:
        raise Invalid({"code": [_t("Small letters, digits and hyphens, please.")]})
    if Department.objects.filter(code=code).exists():
        raise Refused(_t("This code is in use."), field="code")
    if parent is None:
        _check_root(by)
    else:
        must_reach(by, "departments.found", parent)
        _must_be_open(parent)
    made = Department(code=code, title=title, parent=parent, calendar=calendar)
    made.save()
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


def _check_root(by: Person) -> None:
    if Department.objects.filter(parent__isnull=True).exists():
        raise Refused(_t("Say which department it is part of."), field="parent")
    if sees(by, "people") != "all":
        raise Forbidden(_t("The company itself is beyond your position."))


@act(
    "departments.rename",
    _("Rename a department"),
    done=_("{by} renamed the department to {title}: {reason}"),
    when=_open,
)
def rename_department(department: Department, *, by: Person, title: Title, reason: Reason) -> Department:
    """Give a department another name; its code stays."""
    department.title = title
    department.save(update_fields=["title"])
    return department


@act(
    "departments.move",
    _("Move a department"),
    done=_("{by} moved {department} to {parent}: {reason}"),
    when=_open,
)
def move_department(department: Department, *, by: Person, parent: Above, reason: Reason) -> Department:
    """Hang a department, with all below it, under another. Refused under itself and for the company itself."""
    tree = {one.pk: one for one in locked_rows(Department.objects.order_by("id"))}
    above = tree[parent.pk]
    must_reach(by, "departments.move", above)
    _must_be_open(above)
    if department.parent_id is None:
        raise Refused(_t("The company itself cannot be moved."))
    old = tree[department.pk].path
    if above.path.startswith(old):
        raise Refused(_t("A department cannot be part of itself."), field="parent")
    new = f"{above.path}{department.pk}/"
    department.parent, department.path = above, new
    department.save(update_fields=["parent", "path"])
    for one in tree.values():
        if one.pk != department.pk and one.path.startswith(old):
            one.path = new + one.path.removeprefix(old)
            one.save(update_fields=["path"])
    return department


@act("departments.close", _("Close a department"), done=_("{by} closed {department}: {reason}"), when=_open)
def close_department(department: Department, *, by: Person, reason: Reason) -> Department:
    """Nobody can be appointed there any more. Refused while somebody holds a position in it or one below is open."""
    if Department.objects.filter(parent=department, closed_at__isnull=True).exists():
        raise Refused(_t("Close or move the departments below first."))
    now = timezone.now()
    held = Holding.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), department=department)
    if count := held.count():
        raise Refused(_t("{n} positions are still held here; relieve or move those people first.").format(n=count))
    department.closed_at = now
    department.save(update_fields=["closed_at"])
    return department
