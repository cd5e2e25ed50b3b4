"""One file to one item: which kind its folder is, its id, its typed object, or all that is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.fields import plain
from opsloop.base.kinds.registry import Form, Kind, by_folder, kinds
from opsloop.playbook.reader import bodies, nodes
from opsloop.playbook.reader.errors import PlaybookError, say
from opsloop.playbook.reader.text import check, decode, hash_of
from opsloop.playbook.reader.typed import MISSING, Place, Reading

IDENT = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_IDENT = 60
TRANSLATIONS = "translations"


@dataclass(frozen=True)
class Item:
    """One playbook file as read. `obj` is None when it has errors; `data` are its values as plain JSON."""

    kind: str
    ident: str
    path: str
    text: str
    sha256: str
    obj: Any
    errors: tuple[PlaybookError, ...] = ()
    places: dict[str, Place] = field(default_factory=dict)

    @cached_property
    def data(self) -> dict[str, Any]:
        return plain(kinds[self.kind].cls, self.obj) if self.obj is not None else {}

    @property
    def values(self) -> dict[str, Any] | None:
        """`data`, None where it has errors: what cannot be read is not empty."""
        return self.data if self.obj is not None else None

    @property
    def title(self) -> str:
        return getattr(self.obj, "title", "") or self.ident

    def place(self, path: str) -> Place:
        """Where a dotted field stands: itself, else the nearest one around it, else the file's first line."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path.rpartition(".")[0]
        return (1, 1)


def locate(path: str) -> tuple[Kind, str] | None:
    """(kind, id) of a path below the playbook's folder; None when no installed app reads such files."""
    folder, _slash, name = path.rpartition("/")
    stem, _dot, suffix = name.rpartition(".")
    if path.startswith(f"{TRANSLATIONS}/"):
        inner = path.removeprefix(f"{TRANSLATIONS}/").removesuffix(".yaml")
        return (kinds["translation"], inner) if suffix == "yaml" and "translation" in kinds else None
    single = next((one for one in kinds.values() if one.single and path == one.path(one.name)), None)
    if single is not None:
        return single, single.name
    one = by_folder(folder)
    return (one, stem) if one is not None and f".{suffix}" == one.form.suffix else None


def read_bytes(kind: Kind, ident: str, path: str, data: bytes) -> Item:
    """Read one file. Never raises: what is wrong is in the item's errors."""
    try:
        text = decode(data, path)
    except PlaybookError as error:
        return Item(kind.name, ident, path, "", "", None, (error,))
    return read_text(kind, ident, path, text)


def read_text(kind: Kind, ident: str, path: str, text: str) -> Item:
    """Read the text of one file. Never raises; the same text is read once per process."""
    try:
        check(text, path)
    except PlaybookError as error:
        return Item(kind.name, ident, path, text, "", None, (error,))
    return _read(kind.name, ident, path, text)


@lru_cache(maxsize=2000)
def _read(kind_name: str, ident: str, path: str, text: str) -> Item:
    kind, reading = kinds[kind_name], Reading(path, commas=kinds[kind_name].form is Form.SQL)
    if error := wrong_ident(kind, ident, path):
        reading.errors.append(error)
    obj: Any = None
    try:
        head, given = _open(kind, path, text, reading)
        obj = reading.group(kind.cls, head, "", given)
    except PlaybookError as error:
        reading.errors.append(error)
    obj = None if obj is MISSING or reading.errors else obj
    return Item(kind_name, ident, path, text, hash_of(text), obj, tuple(reading.errors), reading.places)


def _open(kind: Kind, path: str, text: str, reading: Reading) -> tuple[nodes.Map, dict[str, Any]]:
    whole = kind.whole
    if kind.form is Form.MARKDOWN:
        parts = bodies.split(text, path)
        body, errors = bodies.prose(parts.body, parts.body_line0, path)
        reading.errors += errors
        if whole is not None:
            reading.places[whole.key] = (parts.body_line0 + 1, 1)
        return nodes.parse(parts.head, path, parts.line0), {whole.name: body} if whole else {}
    if kind.form is Form.SQL:
        head, query = bodies.query(text, path)
        return head, {whole.name: query} if whole else {}
    return nodes.parse(text, path), {}


def wrong_ident(kind: Kind, ident: str, path: str) -> PlaybookError | None:
    """Why this cannot be the id of a file of the kind, or None."""
    parts = ident.split("/") if kind.name == "translation" else [ident]
    if all(IDENT.fullmatch(part) and len(part) <= LONGEST_IDENT for part in parts):
        return None
    return PlaybookError(
        say(_("{name} cannot be an id."), name=parts[-1]),
        remedy=_(
            "The file's name without its ending is the id: small English letters, digits and hyphens, "
            "at most 60, such as operations-manager."
        ),
        file=path,
    )  # fmt: skip
