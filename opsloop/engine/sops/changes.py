"""What differs between two versions of an SOP, in sentences: which step came, went or moved, what changed in it."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _t

from opsloop.base.kinds.fields import fields_of
from opsloop.base.kinds.registry import kinds
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.editing import sections, tree
from opsloop.engine.sops.editing.known import Known
from opsloop.engine.sops.wording import condition_words, limits_line
from opsloop.playbook import diff, queries
from opsloop.playbook.places import begun_at, edited_at
from opsloop.playbook.reading.labels import Labels
from opsloop.playbook.reading.things import tells
from opsloop.playbook.reading.worded import NOTHING, key_of, worded

Data = dict[str, Any]
INSIDE = ("parallel", "choose", "steps", "otherwise", "id")
LIMITS, CONDITIONS = ("within", "limit"), ("until", "repeat_until", "amount", "when")
LONG = 80


def told(old: Data, new: Data) -> list[str]:
    """Sentences about what differs, in the order of the new version. Empty where nothing was there before."""
    if not old or not new:
        return []
    return list(_Teller(copy.deepcopy(old), copy.deepcopy(new)).all())


@dataclass(frozen=True, slots=True)
class _Name:
    """How a step is called in a sentence."""

    before: Data
    now: Data

    def of(self, key: str) -> str:
        raw = self.now.get(key) or self.before.get(key) or {}
        title = raw.get("title") or {"parallel": _t("Beside each other"), "choose": _t("One of these")}.get(
            tree.kind_of(raw), key
        )
        return _t("“{title}”").format(title=title)


class _Teller:
    def __init__(self, old: Data, new: Data) -> None:
        self.old, self.new = old, new
        self.labels = Labels(queries.published())
        self.before = {one.key: one.raw for one in tree.spots(old)}
        self.now = {one.key: one.raw for one in tree.spots(new)}
        self.alias = _aliases(self.before, self.now)
        self.now = {self.alias.get(key, key): raw for key, raw in self.now.items()}
        self.name = _Name(self.before, self.now)
        self.known = Known(new, self.labels.book)

    def all(self) -> Iterator[str]:
        for key, raw in self.now.items():
            if key not in self.before:
                yield self._came(key, raw)
            else:
                yield from self._changed(key, self.before[key], raw)
        for key in self.before:
            if key not in self.now:
                yield _t("Step {step} was taken away.").format(step=self.name.of(key))
        yield from self._moved()
        yield from self._head()

    def _came(self, key: str, raw: Data) -> str:
        people = dict(self.known.people)
        who = people.get(str(raw.get("do")), str(raw.get("do") or ""))
        limit = limits_line(_limit(raw.get("within")), self.known.sop)
        details = ", ".join(filter(None, (who, limit)))
        step = self.name.of(key)
        if details:
            return _t("Step {step} is new ({details}).").format(step=step, details=details)
        return _t("Step {step} is new.").format(step=step)

    def _changed(self, key: str, old: Data, new: Data) -> Iterator[str]:
        step, cls = self.name.of(key), tree.cls_of(new)
        if cls is not tree.cls_of(old):
            yield _t("{step} is of another sort now.").format(step=step)
            return
        inside = _plain(old), _plain(new)
        for one in self._between(cls, *inside):
            yield f"{step}{_t(': ')}{one}"
        for way, was, now in _ways(old, new, self.known.names):
            yield _t("{step}: {way} was {old}, now {new}.").format(step=step, way=way, old=was, new=now)
        if sections.text_of(str(self.old.get("body") or ""), key) != sections.text_of(
            str(self.new.get("body") or ""), key
        ):
            yield _t("{step}: how it is done was written anew.").format(step=step)

    def _between(self, cls: type, old: Data, new: Data) -> Iterator[str]:
        for f in fields_of(cls):
            was, now = old.get(f.key), new.get(f.key)
            if was == now:
                continue
            if f.key in LIMITS:
                was, now = _differing(_limit(was), _limit(now))
            a, b = self._words(f.key, cls, was), self._words(f.key, cls, now)
            label = str(f.says.label)
            if a in (NOTHING, "") or b in (NOTHING, ""):
                form = _t("{field} added: {text}") if a in (NOTHING, "") else _t("{field} taken away: {text}")
                yield form.format(field=label, text=_short(b if a in (NOTHING, "") else a))
            elif isinstance(was, list) and isinstance(now, list):
                yield from self._lists(label, cls, f.key, was, now)
            else:
                yield _t("{field} was {old}, now {new}").format(field=label, old=_short(a), new=_short(b))

    def _lists(self, label: str, cls: type, key: str, was: list[Any], now: list[Any]) -> Iterator[str]:
        came, gone = [one for one in now if one not in was], [one for one in was if one not in now]
        if came:
            yield _t("{field} added: {text}").format(field=label, text=_short(self._words(key, cls, came)))
        if gone:
            yield _t("{field} taken away: {text}").format(field=label, text=_short(self._words(key, cls, gone)))
        if not came and not gone:
            yield _t("{field}: the order changed").format(field=label)

    def _words(self, key: str, cls: type, value: Any) -> str:
        if key in LIMITS:
            return limits_line(_limit(value), self.known.sop) or NOTHING
        if key in CONDITIONS and isinstance(value, str):
            return condition_words(value, self.known.names) or NOTHING
        if key == "form":
            names = self.known.names
            return worded_list(names.get(_field(one), _field(one)) for one in value or [])
        f = next(one for one in fields_of(cls) if one.key == key)
        return worded(self.labels, f.shape, f.says, value)

    def _moved(self) -> Iterator[str]:
        stood, stands = _homes(self.old), _homes(self.new, self.alias)
        for key, home in stands.items():
            if key in stood and home != stood[key]:
                if home:
                    block = self.name.of(home.partition(":")[0])
                    yield _t("{step} now stands inside {other}.").format(step=self.name.of(key), other=block)
                else:
                    yield _t("{step} now stands outside of the branches.").format(step=self.name.of(key))
        was = [key for key in stood if stands.get(key) == stood[key]]
        now = [key for key in stands if stood.get(key) == stands[key]]
        stays: set[str] = set()
        for match in difflib.SequenceMatcher(a=was, b=now, autojunk=False).get_matching_blocks():
            stays |= set(now[match.b : match.b + match.size])
        for i, key in enumerate(now):
            if key in stays:
                continue
            if i:
                yield _t("{step} now comes after {other}.").format(
                    step=self.name.of(key), other=self.name.of(now[i - 1])
                )
            else:
                yield _t("{step} now comes first.").format(step=self.name.of(key))

    def _head(self) -> Iterator[str]:
        old = {key: one for key, one in self.old.items() if key not in ("steps", "body", "limit")}
        new = {key: one for key, one in self.new.items() if key not in ("steps", "body", "limit")}
        if self.old.get("limit") != self.new.get("limit"):
            yield from self._between(SopFile, {"limit": self.old.get("limit")}, {"limit": self.new.get("limit")})
        found = diff.fields(kinds["sop"], old, new, lambda says, key: key_of(self.labels, says, key))
        for one in found:
            a, b = (_short(worded(self.labels, one.shape, one.says, side)) for side in (one.old, one.new))
            if a == NOTHING:
                yield _t("{field} added: {text}").format(field=one.label, text=b)
            elif b == NOTHING:
                yield _t("{field} taken away: {text}").format(field=one.label, text=a)
            else:
                yield _t("{field} was {old}, now {new}").format(field=one.label, old=a, new=b)


def _aliases(before: dict[str, Data], now: dict[str, Data]) -> dict[str, str]:
    """Key now -> key before of blocks that are called after the first step inside, and so were called otherwise."""
    out: dict[str, str] = {}
    for key, raw in now.items():
        if key in before or raw.get("id"):
            continue
        for other, old in before.items():
            same = tree.kind_of(old) == tree.kind_of(raw) and set(tree.ids_in(old)) & set(tree.ids_in(raw))
            if same and not old.get("id") and other not in now and other not in out.values():
                out[key] = other
                break
    return out


def _homes(values: Data, alias: dict[str, str] | None = None) -> dict[str, str]:
    """Key of each step -> the block and the way in which it stands; empty for those of the SOP itself."""
    out: dict[str, str] = {}
    for one in tree.spots(values):
        if not tree.ways(one.raw):
            key, colon, path = one.way.address.partition(":")
            out[one.key] = f"{(alias or {}).get(key, key)}{colon}{path}"
    return out


def worded_list(names: Iterator[str]) -> str:
    return "、".join(names) or NOTHING


def _field(one: Any) -> str:
    return str(one.get("field", "")) if isinstance(one, dict) else str(one)


def _limit(value: Any) -> dict[str, str]:
    if isinstance(value, str):
        return {"*": value} if value else {}
    return {str(k): str(v) for k, v in (value or {}).items()}


def _differing(was: dict[str, str], now: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Of two limits the levels whose limit is another."""
    keys = {key for key in was.keys() | now.keys() if was.get(key) != now.get(key)}
    return {key: was[key] for key in was if key in keys}, {key: now[key] for key in now if key in keys}


def _plain(raw: Data) -> Data:
    return {key: one for key, one in raw.items() if key not in INSIDE}


def _ways(old: Data, new: Data, names: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """(name of the way, condition before, condition now) of each whose condition differs."""
    was = {str(one.branch.get("title") or one.path): str(one.branch.get("when") or "") for one in tree.ways(old)}
    for one in tree.ways(new):
        title, when = str(one.branch.get("title") or one.path), str(one.branch.get("when") or "")
        if title in was and was[title] != when:
            yield (
                title,
                condition_words(was[title], names) or _t("always"),
                condition_words(when, names) or _t("always"),
            )


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]}…"


tells("sop", told)
edited_at("sop", lambda ident: reverse("sops:edit", args=[ident]))
begun_at("sop", lambda: reverse("sops:new"))
