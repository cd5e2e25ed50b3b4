"""Every view says who may open it. A view without this declaration fails the build."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import sees
from opsloop.base.things.errors import Forbidden

V = TypeVar("V", bound=Callable[..., HttpResponseBase])
PROGRAM = "_opsloop_program"
"""The request's mark that a program asks, by its token: it can do nothing with a page."""


class PersonRequest(HttpRequest):
    """A request of a signed-in person."""

    if TYPE_CHECKING:
        person: Person


@dataclass(frozen=True, slots=True)
class Page:
    """see: a noun that the person must see; act: an act the person must be allowed; public: no sign-in."""

    see: str | None = None
    act: str | None = None
    anyone: bool = False
    public: bool = False

    def allows(self, person: Person | None) -> bool:
        """May this person open the page at all? What it then shows is `visible`'s business."""
        if self.public:
            return True
        if person is None:
            return False
        if self.anyone:
            return True
        return (self.see is None or sees(person, self.see) is not None) and (self.act is None or can(person, self.act))


def page(
    *, see: str | None = None, act: str | None = None, anyone: bool = False, public: bool = False
) -> Callable[[V], V]:
    """Declare who may open a view: those who see a noun, may do an act, anyone signed in, or the public."""
    if not (see or act or anyone or public):
        raise TypeError("page() needs one of see, act, anyone, public")
    said = Page(see, act, anyone, public)

    def wrap(view: V) -> V:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            person: Person | None = getattr(request, "person", None)
            if not said.allows(person):
                if person is None:
                    return redirect_to_login(request.get_full_path())
                raise Forbidden(_t("This page is not for your position."))
            return view(request, *args, **kwargs)

        guarded.page = said  # type: ignore[attr-defined]
        return cast(V, guarded)

    return wrap
