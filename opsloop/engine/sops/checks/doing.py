"""Acts of steps: each may be done by a step, takes what it is given, and is asked on a form for what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts.registry import registry
from opsloop.base.kinds.names import closest
from opsloop.base.kinds.registry import Level, Said
from opsloop.base.things.errors import Text
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve, Asked, Step
from opsloop.engine.sops.scope import SUBJECT
from opsloop.engine.sops.words import May
from opsloop.playbook.reader.errors import say

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile

ON = "on"
"""In `with`: the object of an act that is about something else than the subject."""


def doing(obj: SopFile) -> Iterator[Said]:
    """Of an act that is not installed nothing is said here."""
    yield from _act("start", obj.start.act, {}, obj.start.form)
    for one in walk.walk(obj.steps):
        if isinstance(one.block, Step | Approve):
            yield from _act(one.path, one.block.act, one.block.with_, one.block.form)


def _act(path: str, name: str, gives: dict[str, str], form: tuple[Asked, ...]) -> Iterator[Said]:
    this = registry.get(name) if name else None
    if this is None:
        return
    if this.noun == "cases" or "step" not in this.doors:
        yield Said(f"{path}.act", _("No step does this act."), Level.ERROR, _("Name another act, or leave it out."))
        return
    known = {one.name for one in this.params}
    for key in gives:
        if key not in known | {ON}:
            yield Said(f"{path}.with.{key}", _no(name, key), Level.ERROR, _meant(key, known))
    for i, one in enumerate(form):
        subject, _dot, key = one.field.partition(".")
        if subject == SUBJECT and one.may is not May.READ and key not in known:
            yield Said(f"{path}.form.{i}", _no(name, key), Level.ERROR, _meant(key, known))


def _no(name: str, key: str) -> Text:
    return say(_("The act {act} has no value {name}."), act=name, name=key)


def _meant(key: str, known: set[str]) -> Text:
    found = closest(key, known)
    if found:
        return say(_("Did you mean {name}?"), name=found)
    return say(_("One of: {names}."), names=", ".join(sorted(known)) or "-")
