"""where URL: the code behind a page."""

from __future__ import annotations

import argparse
import inspect
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from opsloop.config.cli import Failed

ROOT = Path(__file__).resolve().parents[3]


def behind(url: str) -> dict[str, Any]:
    """View, its file and line, URL name and declared permission. Raises Failed when no page is there."""
    path = urlsplit(url).path
    try:
        found = resolve(path if path.startswith("/") else f"/{path}")
    except Resolver404 as error:
        raise Failed(f"no page at {path}") from error
    view = inspect.unwrap(found.func)
    view = getattr(view, "view_class", view)
    file = Path(inspect.getsourcefile(view) or "")
    page = getattr(found.func, "page", None)
    return {
        "url": path,
        "name": found.view_name,
        "view": f"{view.__module__}.{view.__qualname__}",
        "file": str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else str(file),
        "line": inspect.getsourcelines(view)[1],
        "folder": str(file.parent.relative_to(ROOT)) if file.is_relative_to(ROOT) else str(file.parent),
        "permission": repr(page) if page else None,
    }


def where(said: argparse.Namespace) -> int:
    found = behind(said.url)
    if said.json:
        print(json.dumps(found))
        return 0
    print(f"{found['file']}:{found['line']}  {found['view']}")
    print(f"folder      {found['folder']}")
    print(f"permission  {found['permission']}")
    return 0
