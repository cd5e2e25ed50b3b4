"""`opsloop act NAME …`: every act from the command line, its options made from its signature.

Exit code 0: done; 1: a no, with the same JSON as the API's; 2: wrong usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TextIO

from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime

from opsloop.base.acts.args import Param
from opsloop.base.acts.doors.answers import result_of
from opsloop.base.acts.perform import perform
from opsloop.base.acts.registry import Act, registry
from opsloop.base.people.models import Account, Person
from opsloop.base.things.errors import ActError
from opsloop.base.things.frame import Call

OWN = frozenset({"by", "behalf", "happened", "key", "confirm", "dry_run", "json", "help"})


def run(argv: list[str], out: TextIO | None = None) -> int:
    """Do one act. `argv` is what follows `opsloop act`; answers the exit code."""
    out = out or sys.stdout
    if not argv or argv[0] in ("--list", "-h", "--help"):
        for one in _offered():
            out.write(f"{one.name:32} {one.label}\n")
        return 0 if argv else 2
    this = registry.get(argv[0])
    if this is None or "cli" not in this.doors:
        near = get_close_matches(argv[0], [other.name for other in _offered()])
        hint = f"; near: {', '.join(near)}" if near else "; opsloop act --list shows all"
        sys.stderr.write(f"no act {argv[0]}{hint}\n")
        return 2
    try:
        said = parser(this).parse_args(argv[1:])
    except SystemExit as stop:  # argparse leaves this way, for --help too
        return int(stop.code or 0)
    with translation.override(said._by.language):
        return _do(this, vars(said), out)


def parser(this: Act) -> argparse.ArgumentParser:
    """The options of one act."""
    made = argparse.ArgumentParser(f"opsloop act {this.name}", description=_safe(this.doc), allow_abbrev=False)
    if this.subject is not None:
        what = _safe(str(this.subject.type._meta.verbose_name))
        made.add_argument("_on", metavar="ID", type=int, nargs="+" if this.subject.many else None, help=what)
    for p in this.params:
        made.add_argument(_option(p), dest=p.name, **_how(p))
    own = made.add_argument_group("how")
    who: dict[str, Any] = {"type": person, "metavar": "WHO"}
    own.add_argument("--by", dest="_by", required=True, help="who does it: id, staff number, login or name", **who)
    own.add_argument("--behalf", dest="_behalf", help="on whose behalf", **who)
    own.add_argument("--happened", dest="_happened", type=_moment, metavar="TIME", help="when, if recorded later")
    own.add_argument("--key", dest="_key", help="done once under this key, then answered from the ledger")
    own.add_argument("--confirm", dest="_confirm", action="append", default=[], type=_pair, metavar="CODE=REASON")
    own.add_argument("--dry-run", dest="_dry", action="store_true", help="judge it and keep nothing")
    own.add_argument("--json", dest="_json", action="store_true", help="the answer as JSON")
    return made


def person(said: str) -> Person:
    """Whom a word means: id, staff number, login, or a name that only one has. Raises ArgumentTypeError."""
    people = Person.objects.all()
    tries: list[Callable[[], list[Person]]] = [
        lambda: list(people.filter(number=said)),
        lambda: [a.person for a in Account.objects.filter(login__iexact=said).select_related("person")],
        lambda: list(people.filter(name=said)[:3]),
        lambda: list(people.filter(pk=int(said))) if said.isascii() and said.isdigit() and len(said) < 18 else [],
    ]
    for look in tries:
        found = look()
        if len(found) > 1:
            raise argparse.ArgumentTypeError(f"{said}: several have this name; say the staff number or id")
        if found:
            return found[0]
    raise argparse.ArgumentTypeError(f"{said}: nobody has this id, staff number, login or name")


def _offered() -> list[Act]:
    return [registry[name] for name in sorted(registry) if "cli" in registry[name].doors]


def _option(p: Param) -> str:
    word = p.name.replace("_", "-")
    return f"--{word}" if p.name not in OWN else f"--value-{word}"


def _how(p: Param) -> dict[str, Any]:
    how: dict[str, Any] = {"help": _safe(f"{p.label}. {p.help}".strip()), "required": p.required}
    if p.is_rows:
        return {**how, "type": _rows, "metavar": "JSON|@FILE"}
    if p.type is bool and not p.many:
        return {**how, "action": argparse.BooleanOptionalAction}
    if p.many:
        how["nargs"] = "+"
    return {**how, "type": _text, "metavar": "ID" if p.is_model else p.name.upper()}


def _do(this: Act, said: dict[str, Any], out: TextIO) -> int:
    values = {p.name: said[p.name] for p in this.params if said[p.name] is not None}
    call = Call(
        by=said["_by"],
        behalf=said["_behalf"],
        via="cli",
        key=said["_key"],
        overrides=dict(said["_confirm"]),
        dry=said["_dry"],
        happened=said["_happened"],
    )
    try:
        got = result_of(perform(this.name, values, call, on=said.get("_on")))
    except ActError as no:
        out.write(json.dumps(no.answer(), ensure_ascii=False) + "\n")
        return 1
    plain = f"{this.label}: {got['name']} ({got['id']})" if isinstance(got, dict) else f"{this.label}: {got}"
    out.write((json.dumps(got, ensure_ascii=False) if said["_json"] else plain) + "\n")
    return 0


def _text(said: str) -> str:
    """@FILE is the file's text; @@ begins a text that begins with @."""
    if said.startswith("@@"):
        return said[1:]
    if not said.startswith("@"):
        return said
    try:
        return Path(said[1:]).read_text(encoding="utf-8")
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{said[1:]}: {error.strerror}") from None


def _rows(said: str) -> Any:
    try:
        return json.loads(_text(said))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not valid JSON: {error}") from None


def _pair(said: str) -> tuple[str, str]:
    code, equals, reason = said.partition("=")
    if not equals or not reason.strip():
        raise argparse.ArgumentTypeError("CODE=REASON, please")
    return code, reason


def _moment(said: str) -> Any:
    try:
        found = parse_datetime(said)
    except ValueError:
        found = None
    if found is None:
        raise argparse.ArgumentTypeError("a date and time like 2026-01-31T08:30, please")
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _safe(text: str) -> str:
    return text.replace("%", "%%")
