"""What every page's frame needs. Nothing is looked up before the template asks for it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from opsloop.base.inbox.queries import unread_count
from opsloop.base.people.models import Holding, Person
from opsloop.base.things.texts import listed
from opsloop.ui import navigation, troubles

DRAWER = "drawer-body"


class Frame:
    """Handed to templates as `frame`."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.person: Person | None = getattr(request, "person", None)

    @cached_property
    def template(self) -> str:
        """The whole page, only its inside for the side drawer, or the bare one for those not signed in."""
        target = self.request.headers.get("HX-Target", "")
        if target.endswith(f"#{DRAWER}"):
            return "frame/drawer.html"
        return "frame/full.html" if self.person else "frame/bare.html"

    @cached_property
    def lines(self) -> list[navigation.Line]:
        return navigation.lines(self.person, self.request.path) if self.person else []

    @cached_property
    def groups(self) -> list[tuple[str, list[navigation.Line]]]:
        return navigation.groups(self.lines)

    @cached_property
    def bar(self) -> list[navigation.Line]:
        """The first lines, for the bottom bar of a phone."""
        return self.lines[:3]

    @cached_property
    def posts(self) -> str:
        """The person's positions of today, for the corner of the page."""
        held = Holding.objects.at().filter(person=self.person).select_related("position")
        return listed(dict.fromkeys(one.position.name for one in held))

    @cached_property
    def unread(self) -> int:
        """Notices that the person has not read."""
        return unread_count(self.person) if self.person else 0

    @cached_property
    def troubles(self) -> list[str]:
        """What everybody must know now, such as a full disk."""
        return troubles.now()

    @cached_property
    def other_language(self) -> tuple[str, str]:
        """(code, its own name) of the language to switch to."""
        now = translation.get_language()
        return next((one for one in settings.LANGUAGES if one[0] != now), settings.LANGUAGES[0])

    @cached_property
    def links(self) -> dict[str, str | None]:
        """Addresses that other folders offer, by the name the frame knows them by."""
        names = {
            "inbox": "inbox:list",
            "search": "search:results",
            "profile": "people:me",
            "security": "signin:security",
            "leave": "signin:leave",
        }
        if settings.WORKSPACE.demo:
            names["faces"] = "signin:faces"
        return {name: navigation.address(url) for name, url in names.items()}


def frame(request: HttpRequest) -> dict[str, Any]:
    return {"workspace": settings.WORKSPACE, "person": getattr(request, "person", None), "frame": Frame(request)}
