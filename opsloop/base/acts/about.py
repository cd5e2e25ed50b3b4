"""Acts about any thing at all: a reference `label:id` as text, checked by what the person may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.policy.borrowed import pointable
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import Invalid, NotFound
from opsloop.base.things.frame import ObjectRef, running
from opsloop.base.things.models import Thing


def ref(obj: Model) -> str:
    """`risks.risk:12`: how an act's text argument, a link or a notice names a thing."""
    return f"{obj._meta.label_lower}:{obj.pk}"


def model_of(label: str) -> type[Thing] | None:
    """The business model of a label that things may be tied to, or None."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model if issubclass(model, Thing) and pointable(model) else None


def resolve(by: Person, about: str, *, field: str = "about") -> Thing:
    """The thing that a reference names. Raises Invalid for no reference, NotFound for what `by` may not see."""
    label, _colon, pk = about.partition(":")
    model = model_of(label)
    if model is None or not (pk.isascii() and pk.isdigit()):
        raise Invalid({field: [_t("A reference like risks.risk:12, please.")]})
    found = visible(by, model).filter(pk=int(pk)).first() if len(pk) < 19 else None
    if found is None:
        raise NotFound(_t("There is no such {what}.").format(what=model._meta.verbose_name))
    return found


def things(refs: Iterable[ObjectRef], rows: Callable[[type[Thing]], QuerySet[Thing]]) -> dict[ObjectRef, Thing]:
    """(label, id) -> the thing, of those that these rows hold: one query for each model that is named."""
    by_model: dict[str, set[int]] = defaultdict(set)
    for label, pk in refs:
        by_model[label].add(pk)
    found: dict[ObjectRef, Thing] = {}
    for label, ids in by_model.items():
        if model := model_of(label):
            found |= {(label, row.pk): row for row in rows(model).filter(pk__in=ids)}
    return found


def also_about(*things: Model | ObjectRef) -> None:
    """Inside an act: these things' pages show its entry too."""
    op = running()
    op.lines[op.stack[-1]].subjects += [
        (one._meta.label_lower, one.pk) if isinstance(one, Model) else one for one in things
    ]
