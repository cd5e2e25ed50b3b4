"""A whole playbook: all files of a folder, or all that is published, with their references checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from unicodedata import category

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.fields import leaves
from opsloop.base.kinds.names import Known, Names, closest
from opsloop.base.kinds.names import titles as of_namespaces
from opsloop.base.kinds.registry import Kind, Level, Said, kinds
from opsloop.base.things.errors import Text
from opsloop.playbook.reader.errors import PlaybookError, say
from opsloop.playbook.reader.files import Item, locate, read_bytes

MOST_FILES = 5000
UNSEEN = "Cf"
"""Unicode's category of what is there and has no looks: a space of no width, a change of direction."""


@dataclass(frozen=True, slots=True)
class Open:
    """A reference into what is not installed: listed, and done by hand until then."""

    path: str
    field: str
    ident: str
    refs: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Remark:
    """What a check found that stops nothing."""

    level: Level
    path: str
    line: int
    field: str
    text: Text
    remedy: Text = ""


@dataclass(frozen=True)
class Checked:
    """Everything that the check of a book says."""

    errors: tuple[PlaybookError, ...]
    open: tuple[Open, ...]
    remarks: tuple[Remark, ...]


@dataclass
class Playbook:
    """Items by (kind, id); `faults` are errors of the folder itself, `strays` files that no installed app reads."""

    items: dict[tuple[str, str], Item] = field(default_factory=dict)
    faults: list[PlaybookError] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)

    def has(self, kind: str, ident: str) -> bool:
        """Is there such a file, readable or not?"""
        return (kind, ident) in self.items

    def item(self, kind: str, ident: str) -> Item | None:
        return self.items.get((kind, ident))

    def get(self, kind: str, ident: str) -> Any:
        """The object, None when there is none or it could not be read."""
        found = self.items.get((kind, ident))
        return found.obj if found else None

    def all(self, kind: str) -> Iterator[tuple[str, Any]]:
        """(id, object) of every readable file of the kind, by id."""
        for (name, ident), item in sorted(self.items.items()):
            if name == kind and item.obj is not None:
                yield ident, item.obj

    def ordered(self, kind: Kind) -> list[Item]:
        """The readable items of a kind as the book prints them."""
        things = list(self.all(kind.name))
        idents = kind.order(things) if kind.order else [ident for ident, _obj in things]
        return [self.items[kind.name, ident] for ident in idents]

    def checked_alone(self, item: Item) -> Checked:
        """What the check says of one of its files, without looking at the others: for whoever is writing it."""
        return _Check(self).alone(item)

    @cached_property
    def checked(self) -> Checked:
        """References, each kind's own check, and what the files themselves got wrong."""
        return _Check(self).run()


def load(root: Path) -> Playbook:
    """Every file below the folder. Never raises for what stands in files; hidden ones and README are passed over."""
    book = Playbook()
    if not root.is_dir():
        book.faults.append(PlaybookError(_("There is no such folder."), file=str(root)))
        return book
    for count, file in enumerate(_files(root)):
        path = file.relative_to(root).as_posix()
        if count >= MOST_FILES:
            book.faults.append(
                PlaybookError(say(_("More than {n} files; the rest is not read."), n=MOST_FILES), file=path)
            )
            break
        _take(book, file, path)
    return book


def _files(root: Path) -> Iterator[Path]:
    for file in sorted(root.rglob("*")):
        inner = file.relative_to(root)
        if any(part.startswith(".") for part in inner.parts) or inner.stem.upper().startswith(("README", "LICENSE")):
            continue
        if file.is_file() and not file.is_symlink():
            yield file


def _take(book: Playbook, file: Path, path: str) -> None:
    found = locate(path)
    if found is None:
        book.strays.append(path)
        return
    kind, ident = found
    try:
        data = file.read_bytes()
    except OSError as error:
        book.faults.append(PlaybookError(say(_("The file cannot be read: {why}"), why=error.strerror), file=path))
        return
    book.items[kind.name, ident] = read_bytes(kind, ident, path, data)


class _Check:
    def __init__(self, book: Playbook) -> None:
        self.book, self.names = book, Names(book)
        self.errors: list[PlaybookError] = list(book.faults)
        self.open: list[Open] = []
        self.remarks: list[Remark] = []

    def run(self) -> Checked:
        for path in self.book.strays:
            self._stray(path)
        for item in sorted(self.book.items.values(), key=lambda one: one.path):
            self.errors += item.errors
            if item.obj is not None:
                self._references(item)
                self._own(item)
        self.errors.sort(key=lambda one: (one.file, one.line, one.column))
        return Checked(tuple(self.errors), tuple(self.open), tuple(self.remarks))

    def alone(self, item: Item) -> Checked:
        self.errors = list(item.errors)
        if item.obj is not None:
            self._references(item)
            self._own(item)
        return Checked(tuple(self.errors), tuple(self.open), tuple(self.remarks))

    def _references(self, item: Item) -> None:
        for leaf in leaves(kinds[item.kind].cls, item.obj):
            refs = leaf.says.refs
            if not refs or not leaf.value:
                continue
            ident, (line, column) = str(leaf.value), item.place(leaf.path)
            answer = self.names.known(refs, ident)
            if answer is Known.OPEN:
                self.open.append(Open(item.path, leaf.path, ident, refs, line))
            elif answer is Known.NO:
                meant = self.names.closest(refs, ident)
                remedy = say(_("Did you mean {name}?"), name=meant) if meant else _no_such(refs, ident)
                if any(category(sign) == UNSEEN for sign in ident):
                    remedy = _("There is something invisible in it. Type it anew.")
                self.errors.append(
                    PlaybookError(
                        say(_("There is no {what} {ident}."), what=_what(refs), ident=ident),
                        remedy=remedy, file=item.path, line=line, column=column, field=leaf.path,
                    )
                )  # fmt: skip

    def _own(self, item: Item) -> None:
        check = kinds[item.kind].check
        for said in check(item.ident, item.obj, self.book) if check else ():
            self._said(item, said)

    def _said(self, item: Item, said: Said) -> None:
        line, column = item.place(said.field)
        if said.level is Level.ERROR:
            self.errors.append(
                PlaybookError(said.text, remedy=said.remedy, file=item.path, line=line, column=column, field=said.field)
            )
        else:
            self.remarks.append(Remark(said.level, item.path, line, said.field, said.text, said.remedy))

    def _stray(self, path: str) -> None:
        folder = path.rpartition("/")[0].partition("/")[0] or path
        near = closest(folder, _folders())
        if near and near != folder:
            remedy: Text = say(_("Did you mean {name}?"), name=f"{near}/")
            self.remarks.append(Remark(Level.WARNING, path, 0, "", _("No installed app reads this file."), remedy))
        else:
            self.remarks.append(Remark(Level.NOTE, path, 0, "", _("No installed app reads this file.")))


def _folders() -> Iterable[str]:
    return [one.folder for one in kinds.values() if one.folder]


def _what(refs: tuple[str, ...]) -> Text:
    titles = [kinds[ref].title if ref in kinds else _NAMES.get(ref) or of_namespaces.get(ref, ref) for ref in refs]
    return say(
        "/".join(f"{{t{i}}}" for i in range(len(titles))),
        **{f"t{i}": t for i, t in enumerate(titles)},
    )


def _no_such(refs: tuple[str, ...], ident: str) -> Text:
    if any(sign in ident for sign in "，、；"):
        return _("Between ids stand half-width commas: [one, another].")
    if any(ref in kinds for ref in refs):
        return _("Correct the id, or add the file.")
    return _("Correct the name.")


_NAMES: dict[str, Text] = {"act": _("act"), "noun": _("subject"), "department": _("department")}
