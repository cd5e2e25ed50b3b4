"""A browser for tests: Chromium of the system, signed in as a person, with axe at hand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.test import Client

from opsloop.base.people.models import Account, Person
from opsloop.base.testing import make

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_opened: list[Browser] = []
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


def signed_in(person: Person, language: str = "en", **extra: str) -> Client:
    """Django's test client with this person signed in, speaking English or the language named; "" has chosen none."""
    login = f"login-{person.pk}"
    account = Account.objects.filter(person=person).first() or make(Account, login=login, person=person)
    client = Client(**extra)  # type: ignore[arg-type]  # headers by their WSGI names
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    if language:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def chromium() -> str | None:
    """Where Chromium lies, best the one without windows; with CI=true its lack is a failure."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None and os.environ.get("CI") == "true":
        raise RuntimeError(f"Chromium is missing; apt-get install {BROWSERS[0]}")
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium with a profile of its own; the one that is open in this process, where there is one."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 heavy, for browser tests only

    if _opened:  # playwright drives one at a time
        yield _opened[0]
        return
    # playwright keeps an event loop in this thread; the ORM would take that for async code
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as driver:
            _opened.append(driver.chromium.launch(executable_path=chromium(), args=FLAGS))
            yield _opened[0]
            _opened.pop().close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Visit:
    """One person's window. `faults` are script errors, refused scripts and failed requests, bar expected 4xx."""

    page: Page
    address: str
    faults: list[str]

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def overflow(self) -> int:
        """How many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    def violations(self) -> list[str]:
        """What axe finds on this page as it stands now, WCAG 2.2 A and AA."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("tags => axe.run({runOnly: tags})", WCAG)["violations"]
        return [f"{one['id']}: {[node['target'] for node in one['nodes'][:3]]}" for one in found]


@contextmanager
def visit(
    opened: Browser, address: str, person: Person, *, phone: bool = False, dark: bool = False, language: str = "en"
) -> Iterator[Visit]:
    """A window in which the person is signed in."""
    from django.test import Client  # noqa: PLC0415 for tests only

    account = Account.objects.filter(person=person).first() or make(Account, login=f"p{person.pk}", person=person)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    context = opened.new_context(
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        bypass_csp=False,
    )
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    cookies[settings.LANGUAGE_COOKIE_NAME] = language
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = context.new_page()
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", lambda line: faults.append(line.text) if _fault(line) else None)
    yield Visit(page, address, faults)
    context.close()


def _fault(line: Any) -> bool:
    """A refusal with its status (409, 422) is an answer; everything else on the console is a fault."""
    return line.type == "error" and "status of 4" not in line.text
