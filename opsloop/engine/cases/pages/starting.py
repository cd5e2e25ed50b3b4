"""Starting a case: from the SOP, from a link, from a code on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods, require_safe

from opsloop.base.acts import Call, perform
from opsloop.base.acts.about import ref
from opsloop.base.people.models import Holding, Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import ActError, Forbidden, NotFound
from opsloop.base.things.texts import as_sorted
from opsloop.engine.cases.manners import May
from opsloop.engine.cases.pages.fields import KEPT, filled_rows
from opsloop.engine.cases.pages.form import Asks, StepForm
from opsloop.engine.sops.models import Sop
from opsloop.engine.sops.wording import limit_words
from opsloop.engine.sops.words import FieldType
from opsloop.ui.page import PersonRequest, page


def startable(person: Person) -> list[Sop]:
    """SOPs in force that this person may start, by their titles."""
    if not can(person, "cases.start"):
        return []
    held = set(Holding.objects.at().filter(person=person).values_list("position__code", flat=True))
    rows = visible(person, Sop).filter(withdrawn=False)
    mine = [one for one in rows if _for(one, held)]
    return sorted(mine, key=lambda one: (one.definition.get("short", False), as_sorted(one.name)))


def _for(row: Sop, held: set[str]) -> bool:
    by = (row.definition.get("start") or {}).get("by") or []
    return not by or bool(held & set(by))


def _sop(request: PersonRequest, ident: str) -> Sop:
    row = visible(request.person, Sop).filter(ident=ident, withdrawn=False).first()
    if row is None:
        raise NotFound(_t("There is no SOP {sop} in force.").format(sop=ident))
    held = set(Holding.objects.at().filter(person=request.person).values_list("position__code", flat=True))
    if not _for(row, held):
        raise Forbidden(_t("This SOP is started by others."))
    return row


@require_safe
@page(act="cases.start")
def choose(request: PersonRequest) -> HttpResponse:
    """What may be started."""
    found = startable(request.person)
    words = request.GET.get("q", "").strip().lower()
    shown = [(one, one.said.get("purpose", "")) for one in found if words in f"{one.name} {one.ident}".lower()]
    return render(request, "cases/choose.html", {"sops": shown, "q": request.GET.get("q", ""), "any": bool(found)})


@require_http_methods(["GET", "HEAD", "POST"])
@page(act="cases.start")
def begin(request: PersonRequest, ident: str) -> HttpResponse:
    """The form of the start."""
    row = _sop(request, ident)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = StartForm(row, request.person, *sent)
    if request.method == "POST" and form.submit("cases.start", {"sop": ident}, None):
        form.attach_files()
        messages.success(request, _t("Started: {case}").format(case=form.result))
        return redirect(form.result.get_absolute_url())
    file = row.obj
    context = {
        "form": form, "row": row, "file": file,
        "late": limit_words(file.start.late_limit) if file.start.happened else "",
    }  # fmt: skip
    return render(request, "cases/begin.html", context, status=422 if request.method == "POST" else 200)


class StartForm(StepForm):
    """What the start of an SOP asks for."""

    def __init__(self, row: Sop, by: Person, data: Any = None, files: Any = None) -> None:
        written, told = row.as_written, row.obj
        asked = tuple((one.field, May(one.may.value)) for one in written.start.form)
        happened = written.start.happened
        start = {happened: timezone.now().replace(second=0, microsecond=0)} if happened else {}
        asks = Asks(asked, act=written.start.act)
        super().__init__(asks, (written, told), by, None, data, files, start=start, word=False)

    def _filled(self) -> Iterator[dict[str, str]]:
        return (one for one in super()._filled() if one["value"])

    def attach_files(self) -> None:
        """What was uploaded for the start stands at the case; the act has its number already."""
        for place in self._places_of_files():
            kept = self.data.get(place + KEPT, "")
            if kept.isdecimal():
                values = {"stored": int(kept), "about": ref(self.result)}
                try:
                    perform("files.attach", values, Call(by=self.by, via="page"))
                except ActError:  # the case is begun; whoever works on it asks for the file again
                    continue

    def _places_of_files(self) -> Iterator[str]:
        for name, _may in self.asked.form:
            if name in self.kinds and self.kinds[name].type == FieldType.FILE:
                yield f"f-{name}"
            for row in filled_rows(self.rows[name]) if name in self.rows and name in self.kinds else ():
                yield from map(row.add_prefix, row.files_of)


@require_safe
@page(act="cases.start")
def code(request: PersonRequest, ident: str) -> HttpResponse:
    """A page to print: scanned with a phone it opens the start."""
    row = _sop(request, ident)
    url = request.build_absolute_uri(reverse("cases:begin", args=[ident]))
    context = {"row": row, "url": url, "picture": picture(url), "purpose": row.said.get("purpose", "")}
    return render(request, "cases/code.html", context)


def picture(text: str) -> SafeString:
    """A QR code as SVG."""
    import qrcode  # type: ignore[import-untyped]  # noqa: PLC0415 only this page needs it
    from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]  # noqa: PLC0415

    made = qrcode.make(text, image_factory=SvgPathImage, box_size=12)
    return mark_safe(str(made.to_string(encoding="unicode")))  # noqa: S308 our own drawing
