"""Files and functions stay small enough to be read at one go."""

from __future__ import annotations

from tests.layout.tree import files, functions, where

LINES, FUNCTION_LINES = 500, 40


def test_no_file_is_longer_than_500_lines() -> None:
    kinds = ("*.py", "*.html", "*.css", "*.js")
    long = [
        f"{where(one)}: {count}"
        for kind in kinds
        for one in files(kind, tests=True)
        if (count := len(one.read_text(encoding="utf-8").splitlines())) > LINES
    ]
    assert long == [], "split by business noun"


def test_no_function_is_longer_than_40_lines() -> None:
    long = []
    for file in files("*.py"):
        for one in functions(file):
            lines = (one.end_lineno or one.lineno) - one.lineno + 1
            if lines > FUNCTION_LINES:
                long.append(f"{where(file, one.lineno)} {one.name}: {lines}")
    assert long == []


def test_names_say_something() -> None:
    drawers = {"core", "common", "utils", "util", "helpers", "helper", "manager", "managers", "misc"}
    assert [where(one) for one in files("*.py", tests=True) if drawers & {*one.parts, one.stem}] == []
