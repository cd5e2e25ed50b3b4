"""How to reach a company's databases and interfaces: var/connections.toml, readable by its owner only.

    [erp]
    url = "mysql://reader:secret@10.0.0.5:3306/erp"   # postgresql://, mysql://, sqlite:///
    timeout_s = 600                                   # a query, or a whole collection over HTTP

    [shop]
    hosts = ["api.shop.example"]                      # the only hosts that the headers are sent to
    headers = {Authorization = "Bearer ..."}
    allow = ["10.0.0.0/8", "erp.intern"]              # inner addresses that may be asked
    plain_http = true                                 # without encryption: the company's own network only
    ca = "/etc/ssl/company-ca.pem"

Secrets stand nowhere else: playbook files and pages name the section, messages and logs never show what is in it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import OutsideError
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.arrives import Database, Http
from opsloop.data.sources.models import Load, Source

FILE = "connections.toml"
HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Connection:
    """One section of the file. What is secret does not appear in its repr."""

    name: str
    url: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    hosts: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    plain_http: bool = False
    ca: str = ""
    timeout_s: int = 600
    max_mb: int = 500

    def hide(self, text: str) -> str:
        """`text` without anything secret of this connection."""
        for secret in self._secrets():
            text = text.replace(secret, HIDDEN)
        return text

    def _secrets(self) -> list[str]:
        password = urlsplit(self.url).password or ""
        found = {self.url, password, unquote(password), *self.headers.values()}
        found |= {word for value in self.headers.values() for word in value.split() if len(word) > 7}
        return sorted((one for one in found if one), key=len, reverse=True)


def file() -> Path:
    """Where connections stand."""
    return Path(settings.WORKSPACE.var) / FILE


def connections() -> dict[str, Connection]:
    """Every section of the file; none when there is no file. Raises OutsideError naming what is wrong in it."""
    try:
        said = tomllib.loads(file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        where = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "UTF-8"
        raise _wrong(_t("it cannot be read: {why}").format(why=where)) from None
    return {name: _connection(name, values) for name, values in said.items()}


def connection(name: str) -> Connection:
    """The connection of this name. Raises OutsideError with the remedy when it is missing."""
    found = connections().get(name)
    if found is None:
        text = _t("There is no connection {name}. Add a section [{name}] to var/{file}.")
        raise OutsideError(text.format(name=name, file=FILE), permanent=True)
    return found


def wanted() -> dict[str, tuple[list[str], bool]]:
    """name -> (titles of the sources in force that are fetched over it, whether any of them ever was)."""
    found: dict[str, tuple[list[str], bool]] = {}
    for source in Source.objects.filter(withdrawn=False).order_by("ident"):
        way = definition_of(source).arrives
        name = way.database if isinstance(way, Database) else way.connection if isinstance(way, Http) else ""
        if name:
            titles, ever = found.get(name, ([], False))
            found[name] = ([*titles, source.title], ever or Load.objects.filter(source=source).exists())
    return found


def open_to_others() -> bool:
    """May anybody but the owner read the file?"""
    try:
        return bool(file().stat().st_mode & 0o077)
    except FileNotFoundError:
        return False


def _connection(name: str, values: Any) -> Connection:
    known = {one.name: one for one in fields(Connection) if one.name != "name"}
    if not isinstance(values, dict):
        raise _wrong(_t("{name} stands outside a section; write [{name}] above its values").format(name=name))
    if unknown := sorted(values.keys() - known.keys()):
        text = _t("[{name}] has the unknown word {words}; known are {known}")
        raise _wrong(text.format(name=name, words=", ".join(unknown), known=", ".join(sorted(known))))
    for key, value in values.items():
        if not _fits(key, value):
            raise _wrong(_t("[{name}] {key} has a value of another sort").format(name=name, key=key))
    ready: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    found = Connection(name=name, **ready)
    if found.headers and not found.hosts:
        raise _wrong(_t("[{name}] has headers; name in hosts where they may be sent").format(name=name))
    return found


def _fits(key: str, value: Any) -> bool:
    if key in ("hosts", "allow"):
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if key == "headers":
        return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
    if key in ("timeout_s", "max_mb"):
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    return isinstance(value, bool if key == "plain_http" else str)


def _wrong(text: str) -> OutsideError:
    return OutsideError(f"var/{FILE}: {text}.", permanent=True)
