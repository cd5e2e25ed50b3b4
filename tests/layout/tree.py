"""The files that the house rules are about."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "opsloop"
OUTSIDE = {"vendor", "static_built", "__pycache__", "migrations", "node_modules", "locale"}


def files(pattern: str, *, tests: bool = False) -> list[Path]:
    """Our own files of a kind, third-party and generated ones left out."""
    found = (one for one in PACKAGE.rglob(pattern) if not OUTSIDE & set(one.relative_to(PACKAGE).parts))
    return sorted(one for one in found if tests or "tests" not in one.parts)


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def where(file: Path, line: int | None = None) -> str:
    """opsloop/ui/page.py:12"""
    said = str(file.relative_to(ROOT))
    return f"{said}:{line}" if line else said


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
