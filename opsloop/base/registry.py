"""What an app says of itself in its module.py, and how the house finds it. Nothing central names an app."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.utils.functional import Promise

Text = str | Promise
FLOORS = ("opsloop.ui", "opsloop.playbook", "opsloop.data", "opsloop.engine", "opsloop.modules", "opsloop.connectors")


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line of the navigation. `url` is a URL name; `see` the noun a person must see to be shown it."""

    title: Text
    url: str
    icon: str
    order: int = 500
    see: str | None = None
    act: str | None = None
    group: Text = ""


@dataclass(frozen=True, slots=True)
class Module:
    """One subject of work. `name` = folder = URL = template folder; `app` is False for pages without models."""

    name: str
    title: Text
    menu: tuple[MenuItem, ...] = ()
    requires: tuple[str, ...] = ()
    app: bool = True
    package: str = ""

    @property
    def urls(self) -> str | None:
        """The dotted name of the URL file, or None."""
        name = f"{self.package}.urls"
        return name if find_spec(name) else None


def _packages(floor: str) -> list[str]:
    if find_spec(floor) is None:
        return []
    found = import_module(floor)
    inner = [f"{floor}.{m.name}" for m in pkgutil.iter_modules(found.__path__) if m.ispkg]
    return [floor, *inner]


@cache
def modules() -> tuple[Module, ...]:
    """Every module found, floor by floor from below. Raises RuntimeError for a duplicate or missing name."""
    found: dict[str, Module] = {}
    for floor in FLOORS:
        for package in _packages(floor):
            if find_spec(f"{package}.module") is None:
                continue
            said: Module = import_module(f"{package}.module").MODULE
            module = Module(said.name, said.title, said.menu, said.requires, said.app, package)
            if module.name in found:
                raise RuntimeError(f"two modules named {module.name}: {found[module.name].package}, {package}")
            found[module.name] = module
    for module in found.values():
        if missing := [name for name in module.requires if name not in found]:
            raise RuntimeError(f"{module.package} requires {', '.join(missing)}, which is not there")
    return tuple(found.values())


def menu() -> list[MenuItem]:
    """All navigation lines in their order."""
    return sorted((item for module in modules() for item in module.menu), key=lambda item: item.order)
