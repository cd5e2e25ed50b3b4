"""Attaching files to a thing from its page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext as _n
from django.views.decorators.http import require_POST

from opsloop.base.acts import Call, perform
from opsloop.ui.formkit.uploads import keep
from opsloop.ui.formkit.views import back_to
from opsloop.ui.page import PersonRequest, page


@require_POST
@page(act="files.attach")
def attach(request: PersonRequest, about: str) -> HttpResponse:
    """Keep each upload and attach it; the thing's own permission is judged by the act."""
    uploads = request.FILES.getlist("file")
    for upload in uploads:
        stored = keep(upload, request.person)
        perform("files.attach", {"stored": stored.pk, "about": about}, Call(by=request.person, via="page"))
    n = len(uploads)
    said = _n("{n} file attached", "{n} files attached", n).format(n=n) if n else _t("Choose a file first.")
    (messages.success if n else messages.warning)(request, said)
    return redirect(back_to(request))
