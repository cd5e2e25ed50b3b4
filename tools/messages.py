"""Texts in both languages: check that every one is translated, put new ones into the catalogues, compile them.

    python tools/messages.py check|update|compile

A Django app's texts lie in its `locale/`, those of ui's pages that are no app in opsloop/ui, all others in
opsloop/locale. `compile` writes each .mo beside its .po at build time; nobody commits it.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "opsloop"
LANGUAGE = "zh_Hans"
PO = Path("locale", LANGUAGE, "LC_MESSAGES/django.po")
SKIP = {"tests", "migrations", "vendor", "static", "static_built", "locale"}
PLACEHOLDER = re.compile(r"\{[\w.!:,]*\}|%\(\w+\)[sd]|%[sd]")
KEYWORDS = {
    **dict.fromkeys(("_", "_t", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("_n", "ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
HEADER = b"""msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
Key = tuple[str, str | None]
"""(msgid, context)"""


@cache
def home(folder: Path) -> Path:
    """The folder whose catalogue holds the texts of `folder`: the nearest app's, else the package's."""
    if folder == PACKAGE:
        return PACKAGE
    module = folder / "module.py"
    says_app = module.exists() and "app=False" not in module.read_text(encoding="utf-8")
    is_app = (says_app or (folder / "apps.py").exists()) and folder.name != "config"
    return folder if is_app else home(folder.parent)


def sources() -> Iterator[tuple[Path, bytes]]:
    """Each file that may hold texts, and its calls of gettext as Python code."""
    for file in sorted(PACKAGE.rglob("*")):
        parts = file.relative_to(PACKAGE).parts
        if SKIP & set(parts):
            continue
        if file.suffix == ".py":
            yield file, file.read_bytes()
        elif "templates" in parts and file.suffix in (".html", ".txt"):
            # in brackets indentation means nothing to the tokenizer
            yield file, b"(" + templatize(file.read_text(encoding="utf-8")).encode() + b"\n)"


def said() -> dict[Path, Catalog]:
    """Every text of the package, by the folder whose catalogue must have it."""
    found: dict[Path, Catalog] = {}
    for file, code in sources():
        for line, text, _comments, context in extract("python", io.BytesIO(code), keywords=KEYWORDS):
            catalog = found.setdefault(home(file.parent), Catalog(locale=LANGUAGE))
            catalog.add(text, context=context, locations=[(str(file.relative_to(ROOT)), line)])
    return found


def written(folder: Path) -> Catalog:
    """The catalogue of a folder; empty where there is none."""
    source = io.BytesIO((folder / PO).read_bytes() if (folder / PO).exists() else b"")
    return read_po(source, locale=LANGUAGE, abort_invalid=True)


def messages(catalog: Catalog) -> dict[Key, Message]:
    """Without the header."""
    return {(one.id if isinstance(one.id, str) else one.id[0], one.context): one for one in catalog if one.id}


def wrong(message: Message) -> str | None:
    """What is wrong with one translation."""
    ids, texts = ([one] if isinstance(one, str) else list(one or ()) for one in (message.id, message.string))
    if message.fuzzy:
        return "fuzzy"
    if not texts or not all(texts):
        return "not translated"
    wanted = [sorted(set(PLACEHOLDER.findall(one))) for one in ids]
    fits = all(sorted(set(PLACEHOLDER.findall(text))) in wanted for text in texts)
    return None if fits else f"placeholders differ from {', '.join(wanted[-1]) or 'none'}:"


def check() -> list[str]:
    """One line for everything wrong: file, what, which text."""
    needed, problems = said(), []
    for folder in sorted({*needed, *(file.parents[3] for file in PACKAGE.rglob("django.po"))}):
        name, catalog = (folder / PO).relative_to(ROOT), written(folder)
        wanted, there = messages(needed.get(folder, Catalog())), messages(catalog)
        for key in wanted.keys() - there.keys():
            file, line = wanted[key].locations[0]
            problems.append(f"{name}: missing {key[0]!r} of {file}:{line}")
        problems += [f"{name}: obsolete {key[0]!r}" for key in there.keys() - wanted.keys()]
        problems += [f"{name}: obsolete {one.id!r}" for one in catalog.obsolete.values()]
        problems += [f"{name}: {what} {key[0]!r}" for key, one in there.items() if (what := wrong(one))]
    return sorted(problems)


def update() -> list[str]:
    """Append missing texts to the catalogues, to be translated, and drop those that nothing says any more."""
    for folder, needed in said().items():
        wanted, there, new = messages(needed), messages(written(folder)), Catalog(locale=LANGUAGE)
        for key in [*(one for one in there if one in wanted), *(one for one in wanted if one not in there)]:
            old = there.get(key, Message(""))
            made = new.add(wanted[key].id, old.string, user_comments=old.user_comments, context=key[1])
            made.flags = set(old.flags)
        out = io.BytesIO()
        write_po(out, new, width=0, omit_header=True)
        (folder / PO).parent.mkdir(parents=True, exist_ok=True)
        (folder / PO).write_bytes(HEADER + out.getvalue().strip() + b"\n")
    return []


def compile_all() -> list[str]:
    """Write the .mo files that are older than their .po."""
    for file in PACKAGE.rglob("django.po"):
        made = file.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime <= file.stat().st_mtime:
            out = io.BytesIO()
            write_mo(out, written(file.parents[3]))
            made.write_bytes(out.getvalue())
    return []


if __name__ == "__main__":
    command = {"check": check, "update": update, "compile": compile_all}.get(" ".join(sys.argv[1:]))
    sys.exit("\n".join(command()) or None if command else __doc__)
