"""Every kind of playbook file by its name. Apps register theirs in playbook.py; base reads no files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.fields import Field, Whole, fields_of
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text

C = TypeVar("C", bound=type)


class Form(StrEnum):
    """How a file of the kind is written."""

    MARKDOWN = "markdown"
    YAML = "yaml"
    SQL = "sql"

    @property
    def suffix(self) -> str:
        return {Form.MARKDOWN: ".md", Form.YAML: ".yaml", Form.SQL: ".sql"}[self]


class Binding(models.TextChoices):
    """How a new version reaches what is running."""

    PINNED = "pinned", _("What runs stays on the version it began with")
    EFFECTIVE = "effective", _("By the day in question: each version holds from its effective date")
    CURRENT = "current", _("The newest version holds from its day; results keep the definition they were made with")


class Level(StrEnum):
    """How grave a finding of the check is. Only an error stops a publication."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Said:
    """What a kind's own check has to say of one file; `field` is the dotted path it is about."""

    field: str
    text: Text
    level: Level = Level.WARNING
    remedy: Text = ""


class Book(Protocol):
    """What a check may ask of the whole playbook."""

    def has(self, kind: str, ident: str) -> bool: ...

    def get(self, kind: str, ident: str) -> Any:
        """The object of this id, None when there is none or it could not be read."""

    def all(self, kind: str) -> Iterator[tuple[str, Any]]:
        """(id, object) of every readable file of the kind."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a publication brings, or takes away (`obj` None), for a kind's compile."""

    ident: str
    obj: Any
    number: int
    sha256: str
    from_day: date


CheckFn = Callable[[str, Any, Book], Iterable[Said]]
CompileFn = Callable[[Sequence[Change], Person], None]
TranslateFn = Callable[[str, Mapping[str, Mapping[str, str]]], None]
OrderFn = Callable[[list[tuple[str, Any]]], list[str]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: where it lies, how it is written and checked, and what its publication writes.

    check(id, object, book) -> what it has to say. compile(changes, by) gets all changed things of the kind at once when
    they take force: inside the publishing act, or inside the act of the night of their day (see keeps_days).
    translate(language, id -> dotted field -> text), in the same act and after every compile: what apps that cannot read
    the book show to readers of the language; no texts take them away. order(things) -> ids as the book prints them.
    """

    name: str
    cls: type
    folder: str
    form: Form
    binding: Binding
    title: Text
    plural: Text
    single: bool = False
    check: CheckFn | None = None
    compile: CompileFn | None = None
    order: OrderFn | None = None
    about: Text = ""
    """What one file of the kind is."""
    translate: TranslateFn | None = None
    awaited: bool = False
    """Others may name a file of the kind before it is written: the reference is open until then."""

    @property
    def keeps_days(self) -> bool:
        """Its compile writes the day into its rows, so it runs at the publication; that of other kinds on the day."""
        return self.binding is Binding.EFFECTIVE

    @property
    def fields(self) -> tuple[Field, ...]:
        return fields_of(self.cls)

    @property
    def whole(self) -> Field | None:
        """The field that the body of the file fills, if the form has one."""
        return next((f for f in self.fields if isinstance(f.shape, Whole)), None)

    def path(self, ident: str) -> str:
        """Where the file of this id lies, from the playbook's folder."""
        return f"{self.folder}/{ident}{self.form.suffix}" if self.folder else f"{ident}{self.form.suffix}"


kinds: dict[str, Kind] = {}


def kind(
    name: str,
    *,
    folder: str,
    form: str,
    binding: Binding,
    title: Text,
    plural: Text = "",
    single: bool = False,
    check: CheckFn | None = None,
    compile: CompileFn | None = None,  # noqa: A002  # it is what the hook does
    order: OrderFn | None = None,
    about: Text = "",
    translate: TranslateFn | None = None,
    awaited: bool = False,
) -> Callable[[C], C]:
    """Register a frozen dataclass as a kind. Raises TypeError for a field that cannot stand in a file."""

    def put(cls: C) -> C:
        if name in kinds and kinds[name].cls.__module__ != cls.__module__:
            raise RuntimeError(f"two kinds named {name}: in {kinds[name].cls.__module__} and {cls.__module__}")
        one = Kind(
            name, cls, folder, Form(form), binding, title, plural or title, single, check, compile, order,
            about or " ".join((cls.__doc__ or "").split()), translate, awaited,
        )  # fmt: skip
        _ = one.fields
        kinds[name] = one
        return cls

    return put


def by_folder(folder: str) -> Kind | None:
    """The kind whose files lie in this folder."""
    return next((one for one in kinds.values() if one.folder == folder and not one.single), None)
