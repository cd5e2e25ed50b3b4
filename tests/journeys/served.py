"""A workspace that is really served, and windows of a real browser on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsloop.ui.testing import AXE, DESKTOP, PHONE, WCAG
from tests import workspace
from tests.workspace import Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

RUN = """([theme, tags]) => {
  document.documentElement.setAttribute('data-bs-theme', theme);
  scrollTo({top: 0, behavior: 'instant'});
  return axe.run({runOnly: tags, resultTypes: ['violations'], preload: false});
}"""
"""At the head: scrolled, whatever stands half under the bar at the top counts as too small to press."""
COLOURS = ["color-contrast", "link-in-text-block"]
MODES = (("dark", PHONE, WCAG), ("dark", DESKTOP, COLOURS), ("light", DESKTOP, WCAG))
"""Every rule at both sizes, once in each shade; at the desk only colours differ between the shades. The phone first:
that is how wide the page is when its width has been measured, and a page takes long to be laid out anew."""
LIGHT = (("light", PHONE, WCAG), ("light", DESKTOP, WCAG))
LONG, ALIKE = 1500, 12
"""On a page of more elements than LONG, of rows, items and boxes that look alike in the same place of the page's
structure only the first ALIKE are judged."""
SHORTEN = """([long, alike]) => {
  window.setAside = [];
  const whole = ['TR', 'LI', 'P', 'DIV', 'SECTION', 'ARTICLE', 'DETAILS', 'TABLE', 'UL', 'OL', 'DL'], seen = {};
  if (document.getElementsByTagName('*').length <= long) return;
  const walk = (parent, where) => {
    for (const child of [...parent.children]) {
      const look = where + '>' + child.tagName + '.' + (child.getAttribute('class') || '');
      seen[look] = (seen[look] || 0) + 1;
      if (seen[look] > alike && whole.includes(child.tagName)) {
        const mark = document.createComment('');
        child.replaceWith(mark);
        window.setAside.push([mark, child]);
      } else walk(child, look);
    }
  };
  for (const main of document.querySelectorAll('main')) walk(main, '');
}"""
LENGTHEN = "() => { for (const [mark, child] of window.setAside.reverse()) mark.replaceWith(child) }"
THEME = "theme => document.documentElement.setAttribute('data-bs-theme', theme)"


def cli(root: Path, *words: str) -> None:
    """One command of the product to its end."""
    done = workspace.opsloop(workspace.environment(root), *words)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def serving(root: Path) -> Iterator[Served]:
    """`opsloop serve` on a free port until the block ends."""
    one = Served(root)
    try:
        yield one.start()
    finally:
        one.close()


TOO_WIDE = """() => new Promise((said) => requestAnimationFrame(() => requestAnimationFrame(
    () => said(document.documentElement.scrollWidth - innerWidth))))"""
"""Charts take their new width with the frame that follows."""


@dataclass
class Window:
    """One person's window. `faults` must be empty at the end: script errors, refusals, 5xx, other hosts."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def go(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def judge(self, name: str = "", *, dark: bool = True) -> None:
        """axe and the width, light, dark and on the phone, all within this visit. Each page once.

        dark: False for a page that was judged in dark in the other language.
        """
        self.page.wait_for_load_state("domcontentloaded")  # a page that has just been asked for has no element yet
        where = name or re.sub(r"\d+", "#", self.page.url.removeprefix(self.url).partition("?")[0])
        if where in self.seen:
            return
        self.seen.add(where)
        before = self.page.viewport_size or DESKTOP
        theme = self.page.evaluate("document.documentElement.getAttribute('data-bs-theme')")
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        wide = [
            f"{where}: {too} px too wide at {size['width']}" for size in (DESKTOP, PHONE) if (too := self._wide(size))
        ]
        self.page.evaluate(SHORTEN, [LONG, ALIKE])
        found = []
        for shade, size, rules in MODES if dark else LIGHT:
            self._size(size)
            said = self.page.evaluate(RUN, [shade, rules])["violations"]
            found += [f"{where} {shade} {size['width']}: {one['id']} {_nodes(one)}" for one in said]
        self.page.evaluate(LENGTHEN)
        self._size(before)
        self.page.evaluate(THEME, theme)
        self.faults += wide + found

    def _wide(self, size: dict[str, int]) -> int:
        """How many pixels the page is wider than a window of this size."""
        self._size(size)
        return max(0, int(self.page.evaluate(TOO_WIDE)))

    def _size(self, size: Mapping[str, int]) -> None:
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)  # type: ignore[arg-type]


def _nodes(one: Any) -> str:
    return "; ".join(f"{node['target']} {node['html'][:120]} {node.get('failureSummary', '')[:160]}"
                     for node in one["nodes"][:2])  # fmt: skip


@contextmanager
def window(opened: Browser, served: Served, *, phone: bool = False, language: str = "zh-hans") -> Iterator[Window]:
    """A window of its own, signed out. Every fault it notes fails the journey at its end."""
    context: BrowserContext = opened.new_context(
        viewport=PHONE if phone else DESKTOP, reduced_motion="reduce", has_touch=phone,  # type: ignore[arg-type]
        locale="zh-CN" if language == "zh-hans" else "en-GB", accept_downloads=True,
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(20_000)
    one = Window(page, served.url)
    page.on("pageerror", lambda error: one.faults.append(f"script: {error}"))
    page.on("console", lambda line: one.faults.append(f"console: {line.text}") if _fault(line) else None)
    page.on("request", lambda request: _home(one, request.url))
    page.on(
        "response", lambda answer: one.faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None
    )
    yield one
    context.close()
    assert one.faults == [], "\n".join(one.faults)


def _home(one: Window, url: str) -> None:
    if not url.startswith((one.url, "data:", "blob:", "about:")):
        one.faults.append(f"asked another host: {url}")


def _fault(line: Any) -> bool:
    """An answer with a 4xx status is an answer, and a search that the next key or the sent form overtakes is aborted,
    which htmx reports; everything else on the console is a fault."""
    return line.type in ("error", "warning") and not any(one in line.text for one in ("status of 4", "AbortError"))


def enter(one: Window, face: str) -> Page:
    """Through the demo's door as one of the five."""
    page = one.go("/sign-in/demo/")
    page.click(f".faces button:has-text('{face}')")
    page.wait_for_url(one.url + "/")
    return page
