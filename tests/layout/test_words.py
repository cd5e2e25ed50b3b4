"""One word in English is one word in Chinese, whichever page it stands on."""

from __future__ import annotations

import re
from pathlib import Path

from tests.layout.tree import PACKAGE, where

CATALOGUES = sorted(PACKAGE.rglob("locale/zh_Hans/LC_MESSAGES/django.po"))
ENTRY = re.compile(r'^(msgid|msgid_plural|msgctxt|msgstr(?:\[\d\])?) "(.*)"$')


def entries(file: Path) -> list[dict[str, str]]:
    """The entries of a catalogue, continued lines joined."""
    out: list[dict[str, str]] = [{}]
    key = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            out.append({})
        elif found := ENTRY.match(line):
            key = found.group(1)
            if key == "msgid" and "msgid" in out[-1]:
                out.append({})
            out[-1][key] = found.group(2)
        elif line.startswith('"'):
            out[-1][key] += line[1:-1]
    return [one for one in out if one.get("msgid")]


def test_one_text_has_one_translation() -> None:
    said: dict[tuple[str, str], dict[str, str]] = {}
    for file in CATALOGUES:
        for one in entries(file):
            key = (one.get("msgctxt", ""), one["msgid"])
            said.setdefault(key, {})[one.get("msgstr") or one.get("msgstr[0]", "")] = where(file)
    two = {key[1]: found for key, found in said.items() if len(found) > 1}
    assert two == {}, "the first catalogue wins everywhere: agree on one translation, or give the text a context"
