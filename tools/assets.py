"""Copies the few third-party files that pages need from node_modules into opsloop/ui/vendor (never committed).

Run after `npm ci --ignore-scripts`. The manifest names each file with its SHA-256 and licence.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE, VENDOR = ROOT / "node_modules", ROOT / "opsloop/ui/vendor"
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
}
LICENCES = {"@tabler/core": "MIT", "@tabler/icons": "MIT", "echarts": "Apache-2.0"}
TAG = re.compile(r"""(?:\{%\s*icon\s+|\bicon=|icon\|default:)["']([\w-]+)["']""")
MAP = re.compile(rb"(/\*|//)# sourceMappingURL=[^\n*]*(\*/)?")
BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
BLANK = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


def _constant(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _in_code(file: Path) -> Iterator[str]:
    """icon="x" of any call, the third value of MenuItem(...), the first of icon(...)."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        place = {"MenuItem": 2, "icon": 0}.get(name)
        said = [_constant(k.value) for k in node.keywords if k.arg == "icon"]
        said += [_constant(node.args[place])] if place is not None and len(node.args) > place else []
        yield from (one for one in said if one)


def used_icons() -> set[str]:
    found = {name for file in (ROOT / "opsloop").rglob("*.html") for name in TAG.findall(file.read_text("utf-8"))}
    return found.union(*(_in_code(file) for file in (ROOT / "opsloop").rglob("*.py") if "tests" not in file.parts))


def icons(names: set[str]) -> dict[str, str]:
    """Name -> the inside of its SVG. Stops with the name of an icon that Tabler does not have."""
    folder, out = NODE / "@tabler/icons/icons/outline", {}
    for name in sorted(names):
        if not (folder / f"{name}.svg").exists():
            sys.exit(f"there is no Tabler icon named {name}; see node_modules/@tabler/icons/icons/outline")
        body = BODY.search((folder / f"{name}.svg").read_text("utf-8"))
        out[name] = re.sub(r"\s*\n\s*", "", body.group(1) if body else "").replace(BLANK, "")
    return out


def note(file: str, package: str, content: bytes) -> dict[str, str]:
    """A line of the manifest."""
    return {
        "file": file,
        "package": package,
        "licence": LICENCES[package],
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def wanted() -> dict[str, bytes]:
    """Every file of the vendor folder, by its place in it."""
    static = {f"static/{target}": MAP.sub(b"", (NODE / source).read_bytes()) for source, target in FILES.items()}
    drawn = json.dumps(icons(used_icons()), indent=0).encode()
    licences = {
        f"{package.strip('@').replace('/', '-')}.{text.name}": text.read_bytes()
        for package in LICENCES
        for text in (*(NODE / package).glob("LICENSE*"), *(NODE / package).glob("NOTICE*"))
    }
    owners = {f"static/{target}": next(p for p in LICENCES if s.startswith(f"{p}/")) for s, target in FILES.items()}
    notes = [note(file, owners[file], content) for file, content in static.items()]
    notes.append(note("icons.json", "@tabler/icons", drawn))
    return {**static, "icons.json": drawn, **licences, "manifest.json": json.dumps(notes, indent=1).encode()}


def main() -> None:
    """Bring the vendor folder up to date. What is right stays untouched: its age tells whether to build anew."""
    files = wanted()
    for file in [one for one in VENDOR.rglob("*") if one.is_file()]:
        if file.relative_to(VENDOR).as_posix() not in files:
            file.unlink()
    for name, content in files.items():
        file = VENDOR / name
        if not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


if __name__ == "__main__":
    main()
