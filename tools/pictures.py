"""The pictures of the guide and the README, taken anew from a demo that was just made, in both languages.

    opsloop demo --no-serve --dir DIR; opsloop -C DIR serve --port 8000
    python tools/pictures.py http://127.0.0.1:8000 [NAME ...]

Look at each before it is committed: what a demo holds depends on its day.
"""

from __future__ import annotations

import base64
import struct
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import django  # noqa: E402  # the project stands beside, not on the path

from opsloop.config import testing  # noqa: E402, F401  # settings without a workspace

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OUT = ROOT / "docs" / "pictures"
LANGUAGES = (("zh-hans", ""), ("en", "-en"))
PALETTE = """async data => {
  const image = await createImageBitmap(await (await fetch(data)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const dots = new Uint32Array(pen.getImageData(0, 0, image.width, image.height).data.buffer), many = new Map();
  for (const dot of dots) many.set(dot, (many.get(dot) || 0) + 1);
  const kept = [...many.entries()].sort((a, b) => b[1] - a[1]).slice(0, 256).map(one => one[0]);
  const parts = dot => [dot & 255, dot >> 8 & 255, dot >> 16 & 255], near = new Map();
  const far = (a, b) => parts(a).reduce((sum, one, i) => sum + (one - parts(b)[i]) ** 2, 0);
  for (const dot of many.keys())
    near.set(dot, kept.reduce((best, one, i) => far(dot, one) < far(dot, kept[best]) ? i : best, 0));
  return [image.width, image.height, kept.flatMap(parts), Array.from(dots, dot => near.get(dot))];
}"""
"""The 256 colours that are there most often, and which of them each dot is nearest to: a page has few colours and their
edges, and a picture with a palette is a third as large."""


@dataclass(frozen=True)
class Picture:
    """What is shown to whom. link: the text of a link whose page it is, in each of the two languages."""

    name: str
    face: str
    path: str
    height: int
    link: tuple[str, str] = ("", "")
    width: int = 1280


PICTURES = (
    Picture("workbench", "李航", "/", 1000),
    Picture("run", "王芳", "/", 700, ("拟定方案 · 【模拟】", "Draw up the solution · 【模拟】")),
    Picture("case", "李航", "/cases/?sop=campaign", 700, ("（促销）", "（促销）")),
    Picture("board", "李航", "/cases/board/?sop=complaint", 640),
    Picture("approvals-phone", "陈岚", "/cases/approvals/", 700, width=390),
    Picture("editor", "李航", "/sops/content-publishing/edit/", 700, ("发布后检查", "发布后检查")),
    Picture("findings", "李航", "/findings/", 660),
    Picture("reconciliation", "李航", "/reconciliation/", 520),
    Picture("calendar", "张睿", "/sources/", 860),
    Picture("aside", "张睿", "/sources/transactions/aside/", 860),
)


def main(address: str, *names: str) -> None:
    django.setup()
    from opsloop.ui.testing import browser  # noqa: PLC0415  # needs Django

    with browser() as there:
        for one in PICTURES:
            if not names or one.name in names:
                for n, (language, suffix) in enumerate(LANGUAGES):
                    _take(there, address, one, n, language, OUT / f"{one.name}{suffix}.png")


def _take(there: Browser, address: str, one: Picture, n: int, language: str, target: Path) -> None:
    context = there.new_context(
        viewport={"width": one.width, "height": one.height}, locale=language, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{address}/sign-in/demo/")
    page.click(f".faces button:has-text('{one.face}')")
    page.wait_for_url(f"{address}/")
    context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    page.goto(address + one.path)
    if text := one.link[n]:
        href = page.locator(f"main a:has-text('{text}')").first.get_attribute("href") or ""
        page.goto(urljoin(page.url, href))
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)
    target.write_bytes(_small(page, page.screenshot()))
    context.close()
    sys.stdout.write(f"{target.relative_to(ROOT)} {target.stat().st_size}\n")


def _small(page: Page, png: bytes) -> bytes:
    """The same picture with a palette."""
    page.goto("about:blank")
    found: list[Any] = page.evaluate(PALETTE, "data:image/png;base64," + base64.b64encode(png).decode())
    width, height, colours, dots = found
    rows = b"".join(b"\0" + bytes(dots[at : at + width]) for at in range(0, width * height, width))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", bytes(colours)), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
