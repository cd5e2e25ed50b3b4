"""Texts for people: messages, exceptions, sections of the body, usual mistakes, the quiz."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.names import closest
from opsloop.base.kinds.registry import Level, Said
from opsloop.base.things.errors import Text
from opsloop.engine.sops import placeholders, walk
from opsloop.engine.sops.blocks import Notify, Step
from opsloop.engine.sops.checks.asked import twice
from opsloop.playbook.reader.errors import say

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile


def texts(obj: SopFile) -> Iterator[Said]:
    """What messages name exists; what a full SOP has is there; a quiz can be answered."""
    yield from _messages(obj)
    yield from _sections(obj)
    if not obj.short:
        yield from _whole(obj)
    if obj.quiz is not None:
        yield from _quiz(obj)


def _messages(obj: SopFile) -> Iterator[Said]:
    idents = [one.id for one in obj.messages]
    yield from twice("messages", idents)
    written = [("start.title", obj.start.title), *((f"messages.{i}.text", m.text) for i, m in enumerate(obj.messages))]
    for path, text in written:
        for place in placeholders.places(text):
            if placeholders.name_of(obj, place) is None:
                yield Said(path, say(_("Nothing is called {{{name}}}."), name=place), Level.ERROR, _place(obj, place))
    said = [(f"{one.path}.say", one.block.say) for one in walk.walk(obj.steps) if isinstance(one.block, Notify)]
    for path, ident in [*said, ("on_cancel.say", obj.on_cancel.say)]:
        if ident and ident not in idents:
            found = closest(ident, idents)
            remedy: Text = say(_("Did you mean {name}?"), name=found) if found else _("Add it to messages.")
            yield Said(path, say(_("There is no message {id}."), id=ident), Level.ERROR, remedy)


def _place(obj: SopFile, place: str) -> Text:
    found = closest(place, placeholders.known(obj))
    if found:
        return say(_("Did you mean {name}?"), name=f"{{{found}}}")
    return _("Put a field's id or title between the braces, or {number}, {due}, {doer}.")


def _sections(obj: SopFile) -> Iterator[Said]:
    idents = [walk.block_id(one) for one in walk.blocks_of(obj)]
    for section in obj.body.sections:
        near = closest(section.title, idents)
        if section.title not in idents and near:
            text = say(_("The section {title} belongs to no step."), title=section.title)
            yield Said("body", text, Level.WARNING, say(_("Did you mean {name}?"), name=near))


def _whole(obj: SopFile) -> Iterator[Said]:
    titles = {one.title for one in obj.body.sections}
    for one in walk.walk(obj.steps):
        if not isinstance(one.block, Step):
            continue
        if one.id not in titles:
            text = say(_("It is not written how the step {step} is done."), step=one.block.title)
            yield Said(
                one.path,
                text,
                Level.NOTE,
                say(_("In the file it stands below ## {id}."), id=one.id),
            )
        for key, text in (
            ("mistakes", _("It says no usual mistakes.")),
            ("evidence", _("It asks for no evidence.")),
            ("within", _("It has no time limit.")),
        ):
            if not getattr(one.block, key) and not (key == "within" and one.block.until):
                yield Said(f"{one.path}.{key}", text, Level.NOTE)
    if not obj.exceptions:
        yield Said("exceptions", _("It says no exceptions and no way for them."), Level.NOTE)


def _quiz(obj: SopFile) -> Iterator[Said]:
    questions = obj.quiz.questions if obj.quiz else ()
    if not questions:
        yield Said("quiz.questions", _("The quiz has no question."), Level.ERROR, _("Add one, or leave the quiz out."))
    for i, one in enumerate(questions):
        path = f"quiz.questions.{i}"
        if one.right not in one.options:
            found = closest(one.right, one.options)
            remedy: Text = say(_("Did you mean {name}?"), name=found) if found else _("Write it as in the options.")
            yield Said(f"{path}.right", _("The right answer is none of the options."), Level.ERROR, remedy)
        if len(set(one.options)) < max(2, len(one.options)):
            text = _("A question has two different options or more.")
            yield Said(f"{path}.options", text, Level.ERROR, _("Add an option, or change one."))
