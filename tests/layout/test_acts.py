"""Every act of the product keeps the contract's promises, and every row is written by acts or excused by name."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.functional import Promise

from opsloop.base.acts import registry
from opsloop.base.acts.args import Param
from opsloop.base.acts.registry import Act
from opsloop.base.acts.sentences import words_of
from opsloop.base.acts.technical import TECHNICAL
from opsloop.base.policy.scopes import scope_of
from opsloop.base.things.models import Thing
from opsloop.base.things.querysets import ThingQuerySet
from tests.layout.tree import ROOT

ACTS = [registry[name] for name in sorted(registry) if ".tests." not in registry[name].fn.__module__]
MORE_NOUNS = {"ui": {"lists"}, "people": {"departments"}}
"""Apps whose acts are about more than one kind of thing that positions are given apart."""
PEOPLES_DOORS = {"page", "api", "cli", "step", "tool"}
every_act = pytest.mark.parametrize("this", ACTS, ids=lambda this: this.name)


def folder_of(this: Act) -> Path:
    """The app's folder."""
    file = ROOT.joinpath(*this.fn.__module__.split(".")[:-1])
    while not (file / "apps.py").exists() and not (file / "module.py").exists():
        file = file.parent
    return file


def values_of(this: Act) -> list[Param]:
    rows = [inner for p in this.params if p.is_rows for inner in p.row_params]
    return [*this.params, *rows]


def test_there_are_acts() -> None:
    assert len(ACTS) > 30


@every_act
def test_its_label_and_sentence_are_translated(this: Act) -> None:
    """That each such text has its Chinese is test_messages' business."""
    assert isinstance(this.label, Promise) and isinstance(this.done, Promise), "put _(…) around label and done"
    assert str(this.label) and str(this.done)


@every_act
def test_its_values_have_a_validator(this: Act) -> None:
    """It is made at first use, so a limit that does not fit its type would meet a person first."""
    assert set(this.model.model_fields) == {p.name for p in this.params}
    assert this.model.__pydantic_complete__


@every_act
def test_its_sentence_names_only_what_it_knows(this: Act) -> None:
    named = [name for _text, name, _spec, _conversion in string.Formatter().parse(str(this.done)) if name is not None]
    known = words_of(this)
    assert set(named) <= known, f"it knows {', '.join(sorted(known))}"


@every_act
def test_it_says_what_it_does(this: Act) -> None:
    assert len(this.doc) > 10 and this.doc.rstrip()[-1] in ".:)", "its docstring is what assistants and the API show"


@every_act
def test_each_of_its_values_has_a_label(this: Act) -> None:
    asked = values_of(this) if this.doors & PEOPLES_DOORS else []
    bare = [p.name for p in asked if p.arg.label is None and p.mirror is None]
    assert bare == [], "say Arg(label=_(…)), or name them like the model's fields"


@every_act
def test_each_of_its_objects_is_scoped(this: Act) -> None:
    models = [p for p in [*values_of(this), *([this.subject] if this.subject else [])] if p.is_model]
    loose = [p.name for p in models if scope_of(p.type) is None and p.arg.pick is None]
    assert loose == [], "declare scoped(…) in the app's policy.py: an unscoped model can be chosen by nobody"


@every_act
def test_its_noun_is_its_folder(this: Act) -> None:
    folder = folder_of(this)
    assert this.noun in {folder.name} | MORE_NOUNS.get(folder.name, set())


@every_act
def test_its_apps_tests_mention_it(this: Act) -> None:
    folder = folder_of(this)
    places = [*folder.glob("tests/**/*.py"), *folder.glob("*/tests/**/*.py"), *ROOT.glob("tests/**/*.py")]
    words = (this.name, this.fn.__name__)
    assert any(word in file.read_text(encoding="utf-8") for file in places for word in words)


def test_every_row_is_written_by_acts_or_excused_by_name() -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith("opsloop.")]
    plain = {model._meta.label for model in ours if not issubclass(model, Thing)}
    assert plain == TECHNICAL.keys(), "derive from Thing, or say in base/acts/technical.py why no act writes it"


def test_no_business_row_has_a_way_past_the_ledger() -> None:
    loose = [
        model._meta.label
        for model in apps.get_models()
        if issubclass(model, Thing)
        for manager in (model._default_manager, model._base_manager)
        if not isinstance(manager.all(), ThingQuerySet)
    ]
    assert loose == [], "its Meta derives from Thing.Meta, and its managers are made from ThingQuerySet"
