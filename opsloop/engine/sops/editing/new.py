"""/sops/-/new/: an SOP from nothing: what it is for, who owns it, who starts it; then its list of steps."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t

from opsloop.base.acts.about import resolve
from opsloop.base.people import posts
from opsloop.base.people.models import Person
from opsloop.base.policy.standing import standings
from opsloop.base.things.errors import Refused
from opsloop.engine.sops.editing.beginning import FIRST, begin, first_values, free_id, refuse_id
from opsloop.ui.page import PersonRequest, page

LONGEST = 80


@dataclass
class Asked:
    """What was filled in. errors: name of the box -> what is wrong there."""

    title: str = ""
    purpose: str = ""
    owner: str = ""
    starters: list[str] = field(default_factory=list)
    ident: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, post: QueryDict) -> Asked:
        return cls(
            " ".join(post.get("title", "").split()), post.get("purpose", "").replace("\r\n", "\n").strip(),
            post.get("owner", ""), post.getlist("starters"), post.get("ident", "").strip(),
        )  # fmt: skip

    def judge(self, person: Person, positions: dict[str, str]) -> None:
        """Say what is missing, each beside its box."""
        if not 2 <= len(self.title) <= LONGEST:
            self.errors["title"] = _t("Say what it is called, in 2 to {n} characters.").format(n=LONGEST)
        if self.owner not in positions:
            self.errors["owner"] = _t("Choose the position that answers for it.")
        if unknown := [one for one in self.starters if one not in positions]:
            self.errors["starters"] = _t("There is no position {code}.").format(code=unknown[0])
        try:
            refuse_id(person, self.ident)
        except Refused as error:
            self.errors["ident"] = str(error.text)


@page(act="playbook.draft")
def new_page(request: PersonRequest) -> HttpResponse:
    """`?about=findings.finding:12`: what it is because of; the draft is tied to it."""
    positions = posts.titles(in_force=True)
    about = (request.POST if request.method == "POST" else request.GET).get("about", "")
    reason = resolve(request.person, about) if about else None
    asked = Asked.of(request.POST) if request.method == "POST" else _usual(request.person, positions)
    if request.method == "POST":
        asked.judge(request.person, positions)
        if not asked.errors:
            doer = next(iter(asked.starters), asked.owner)
            values = first_values(asked.title, asked.owner, asked.purpose, asked.starters, doer)
            return redirect(f"{begin(request.person, asked.ident, values, about)}?step={FIRST}")
    context = {
        "asked": asked, "positions": sorted(positions.items(), key=lambda pair: pair[1]), "about": about,
        "reason": reason, "longest": LONGEST,
    }  # fmt: skip
    return render(request, "sops/edit/new.html", context, status=422 if asked.errors else 200)


def _usual(person: Person, positions: dict[str, str]) -> Asked:
    """The writer's own position owns it, until another one is chosen."""
    mine = (one.position for one in standings(person) if one.position in positions)
    return Asked(owner=next(mine, ""), ident=free_id())
