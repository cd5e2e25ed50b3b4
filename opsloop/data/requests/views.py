"""Data requests: the analysts' queue, one's own, and one with its way from question to answer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods, require_safe

from opsloop.base.files.models import Stored, Upload
from opsloop.base.inbox.api import mark_read_about
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.data.requests.lists import MyRequests, Requests
from opsloop.data.requests.models import Request, State
from opsloop.ui.forms import ActForm
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page


@page(see="requests")
def queue(request: PersonRequest) -> HttpResponse:
    """What is wanted, by when, and who has it. With ?file= the request is chosen that an uploaded file answers."""
    file = _own_file(request.person, request.GET.get("file", ""))
    taken = visible(request.person, Request).filter(state=State.ACCEPTED) if file is not None else ()
    return list_page(request, Requests, template="requests/queue.html", file=file, taken=taken)


@page(see="requests")
def mine(request: PersonRequest) -> HttpResponse:
    return list_page(request, MyRequests, template="requests/mine.html")


@require_safe
@page(see="requests")
def request_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One request: what is asked, what was promised, what came."""
    rows = visible(request.person, Request).select_related("asked_by", "owner", "agreed_by", "department")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such request."))
    mark_read_about(request.person, found)
    receivers = [one.person for one in found.receivers.select_related("person").order_by("person__name")]
    return render(request, "requests/request.html", {"one": found, "receivers": receivers})


@require_http_methods(["GET", "HEAD", "POST"])
@page(act="requests.deliver")
def deliver_file(request: PersonRequest, pk: int, file: int) -> HttpResponse:
    """Deliver a file that lies on the shelf already, as one made of a query's result."""
    found, stored = visible(request.person, Request).filter(pk=pk).first(), _own_file(request.person, str(file))
    if found is None or stored is None:
        raise NotFound(_t("There is no such request."))
    sent = request.POST if request.method == "POST" else None
    form = ActForm("requests.deliver", request.person, found, sent, given={"file": stored.pk})
    if sent is not None and form.submit():
        return redirect(found.get_absolute_url())
    context = {"form": form, "one": found, "file": stored}
    return render(request, "requests/deliver.html", context, status=422 if sent is not None else 200)


def _own_file(person: Person, pk: str) -> Stored | None:
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    held = Upload.objects.filter(person=person, stored_id=int(pk), stored__erased_at__isnull=True)
    upload = held.select_related("stored").first()
    return upload.stored if upload else None
