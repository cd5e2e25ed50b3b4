"""Fields: each is there once, fits its type, is asked somewhere, and every form names fields that exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.names import closest
from opsloop.base.kinds.registry import Level, Said
from opsloop.base.things.errors import Text
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve, Asked, ForEach, Notify, Step
from opsloop.engine.sops.expressions import ExpressionError, Scope, names, parse
from opsloop.engine.sops.placeholders import places
from opsloop.engine.sops.saying import FIELD
from opsloop.engine.sops.scope import ALWAYS, SUBJECT, scope_of_sop
from opsloop.engine.sops.words import FieldType, May
from opsloop.playbook.reader.errors import say

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile


def asked(obj: SopFile) -> Iterator[Said]:
    """Everything that names a field, or is one."""
    scope = scope_of_sop(obj)
    yield from _own(obj)
    yield from _form("start.form", obj.start.form, scope)
    for i, each in enumerate(obj.start.form):
        if each.may is May.HIDDEN:
            text = _("Whoever begins a case fills it in: nothing is hidden there.")
            yield Said(f"start.form.{i}", text, Level.ERROR, _("Take it out of the form."))
    for one in walk.walk(obj.steps):
        if isinstance(one.block, Step | Approve):
            yield from _form(f"{one.path}.form", one.block.form, scope_of_sop(obj, one.around))
            yield from _hidden(one.path, one.block, obj)
        if isinstance(one.block, ForEach):
            yield from _typed(f"{one.path}.for_each", one.block.for_each, obj, {FieldType.LIST}, one)
        yield from _people(obj, one)
    yield from _start(obj, scope)
    yield from _nobody_asks(obj)


def _own(obj: SopFile) -> Iterator[Said]:
    yield from twice("fields", [one.id for one in obj.fields])
    yield from twice("levels", [one.id for one in obj.levels])
    for i, one in enumerate(obj.fields):
        path = f"fields.{i}"
        if one.id in (*ALWAYS, "level", SUBJECT):
            yield Said(f"{path}.id", _("Every case has this by itself."), Level.ERROR, _("Give it another id."))
        yield from _choice(path, one.type, one.options)
        for j, column in enumerate(one.columns):
            yield from _choice(f"{path}.columns.{j}", column.type, column.options)
        yield from twice(f"{path}.columns", [column.id for column in one.columns])
        if (one.type is FieldType.LIST) != bool(one.columns):
            text = _("A list has columns, and nothing else has.")
            yield Said(
                f"{path}.columns",
                text,
                Level.ERROR,
                _("Add columns where it is a list of rows, or take them away."),
            )


def _choice(path: str, sort: FieldType, options: Sequence[str]) -> Iterator[Said]:
    if (sort is FieldType.CHOICE) != bool(options):
        text = _("A choice has options, and nothing else has.")
        yield Said(f"{path}.options", text, Level.ERROR, _("Add options where it is a choice, or take them away."))
    if len(set(options)) < len(options):
        yield Said(f"{path}.options", _("An option is there twice."), Level.ERROR, _("Take one away."))


def twice(path: str, idents: Sequence[str]) -> Iterator[Said]:
    """An id that was there before among these rows."""
    for i, one in enumerate(idents):
        if one in idents[:i]:
            text = say(_("{id} is there twice."), id=one)
            yield Said(f"{path}.{i}.id", text, Level.ERROR, _("Give it an id of its own."))


def _form(path: str, form: Sequence[Asked], scope: Scope) -> Iterator[Said]:
    for i, one in enumerate(form):
        if scope.typed(one.field) is None or one.field in ALWAYS:
            yield Said(f"{path}.{i}", no_field(one.field), Level.ERROR, meant(one.field, scope))
        others = [before for before in form[:i] if before.field == one.field]
        if others and May.HIDDEN in {one.may, *(each.may for each in others)}:
            text = say(_("{name} is hidden and asked for at once."), name=one.field)
            yield Said(f"{path}.{i}", text, Level.ERROR, _("Hide it, or let it be read or filled in: one of them."))
        elif others:
            yield Said(f"{path}.{i}", _("The form asks this twice."), Level.WARNING, _("Take one away."))


def _hidden(path: str, block: Step | Approve, obj: SopFile) -> Iterator[Said]:
    """What a step hides is to stand nowhere that whoever does it sees."""
    named = {*places(obj.start.title), *obj.start.key}
    amount = _names(block.amount)
    files = {one.id for one in obj.fields if one.type is FieldType.FILE}
    for i, one in enumerate(block.form):
        if one.may is not May.HIDDEN:
            continue
        if one.field.partition(".")[0] == SUBJECT:
            text: Text = _("Only a field of the case can be hidden: what it is about has a page of its own.")
        elif one.field in files:
            text = _("A file cannot be hidden: everybody who sees the case sees its files.")
        elif one.field in named:
            text = say(_("{name} stands in the title of the case and cannot be hidden."), name=one.field)
        elif one.field in amount:
            text = say(_("The amount of this step rests on {name}, which is hidden."), name=one.field)
        else:
            continue
        yield Said(f"{path}.form.{i}", text, Level.ERROR, _("Let it be read, or take it out of the form."))


def _names(text: str) -> set[str]:
    """The fields that an expression needs; none of one that cannot be read, which is said elsewhere."""
    try:
        return names(parse(text)) if text else set()
    except ExpressionError:
        return set()


def no_field(name: str) -> Text:
    """That there is no such field; a subject needs about:."""
    return say(_("There is no field {name}."), name=name)


def meant(name: str, scope: Scope) -> Text:
    """The remedy for a name that is not there."""
    if name.partition(".")[0] == SUBJECT and not any(one.startswith(SUBJECT) for one in (*scope.names, *scope.open)):
        return _("Say with about: which object the case is about.")
    found = closest(name, scope.names)
    return say(_("Did you mean {name}?"), name=found) if found else _("Add it to fields.")


def _typed(
    path: str, name: str, obj: SopFile, types: set[FieldType], around: walk.Placed | None = None
) -> Iterator[Said]:
    field = next((one for one in obj.fields if one.id == name), None)
    scope = scope_of_sop(obj, around.around if around else ())
    if field is None and scope.typed(name) is None:
        yield Said(path, no_field(name), Level.ERROR, meant(name, scope))
    elif field is not None and field.type not in types:
        kinds = "/".join(sorted(one.value for one in types))
        text = say(_("The field {name} is not of type {type}."), name=name, type=kinds)
        yield Said(path, text, Level.ERROR, _("Name another field, or change its type."))


def _people(obj: SopFile, one: walk.Placed) -> Iterator[Said]:
    """Every `field:x` names a person field."""
    for path, who in named(one):
        if who.startswith(FIELD):
            yield from _typed(path, who.removeprefix(FIELD), obj, {FieldType.PERSON}, one)


def named(one: walk.Placed) -> Iterator[tuple[str, str]]:
    """(place, who) for everybody whom a block names."""
    block, path = one.block, one.path
    if isinstance(block, Notify):
        yield from ((f"{path}.notify.{i}", who) for i, who in enumerate(block.notify))
    if not isinstance(block, Step | Approve):
        return
    if isinstance(block, Step):
        yield f"{path}.do", block.do
    else:
        yield from ((f"{path}.approve.{i}.by", each.by) for i, each in enumerate(block.approve))
    yield f"{path}.accountable", block.accountable
    for key in ("consult", "inform"):
        yield from ((f"{path}.{key}.{i}", who) for i, who in enumerate(getattr(block, key)))
    if block.on_overdue:
        yield f"{path}.on_overdue.notify", block.on_overdue.notify
        again = block.on_overdue.again
        yield from ((f"{path}.on_overdue.again.{i}.notify", each.notify) for i, each in enumerate(again))


def _start(obj: SopFile, scope: Scope) -> Iterator[Said]:
    start = obj.start
    for i, name in enumerate(start.key):
        if scope.typed(name) is None:
            yield Said(f"start.key.{i}", no_field(name), Level.ERROR, meant(name, scope))
    if start.happened:
        yield from _typed("start.happened", start.happened, obj, {FieldType.MOMENT, FieldType.DATE})
    if start.late_after and not start.happened:
        text = _("Nothing says which field holds when it happened.")
        yield Said(
            "start.late_after",
            text,
            Level.ERROR,
            _("Say under “How a case begins” which field holds when it happened (happened:)."),
        )
    for one in walk.walk(obj.steps):
        if getattr(one.block, "counts_from", "") == "happened" and not start.happened:
            text = _("Nothing says which field holds when it happened.")
            yield Said(
                f"{one.path}.counts_from",
                text,
                Level.ERROR,
                _("Say under “How a case begins” which field holds when it happened (happened:)."),
            )


def _nobody_asks(obj: SopFile) -> Iterator[Said]:
    forms = [obj.start.form, *(one.form for one in walk.tasks(obj))]
    filled = {each.field for form in forms for each in form if each.may.fills}
    for i, one in enumerate(obj.fields):
        if one.id not in filled:
            text = say(_("No form asks for {name}."), name=one.title)
            yield Said(f"fields.{i}", text, Level.WARNING, _("Add it to the form of a step, or take it away."))
