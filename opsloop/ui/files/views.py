"""Files are handed out by the permission of what they belong to, and never run in our pages."""

from __future__ import annotations

import logging

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.files.content import INLINE
from opsloop.base.files.models import Attachment, Stored
from opsloop.base.files.queries import may_read, may_read_stored
from opsloop.base.things.errors import NotFound
from opsloop.ui.page import PersonRequest, page

log = logging.getLogger("opsloop.files")
SANDBOX = "default-src 'none'; sandbox"
PDF = "default-src 'none'; frame-ancestors 'self'"
"""The browser's own PDF reader refuses to work in a sandbox; it runs no script of ours."""


@require_safe
@page(anyone=True)
def attachment_file(request: PersonRequest, pk: int) -> HttpResponseBase:
    """A file at a thing; `?show` opens pictures and PDF in the browser."""
    found = Attachment.objects.select_related("stored").filter(pk=pk).first()
    if found is None or not may_read(request.person, found):
        raise NotFound(_t("There is no such file."))
    return _hand_out(request, found.stored, found.name)


@require_safe
@page(anyone=True)
def stored_file(request: PersonRequest, pk: int) -> HttpResponseBase:
    """A content that a row holds, or that the person has just uploaded."""
    found = Stored.objects.filter(pk=pk).first()
    if found is None or not may_read_stored(request.person, found):
        raise NotFound(_t("There is no such file."))
    return _hand_out(request, found, found.name)


def _hand_out(request: PersonRequest, stored: Stored, name: str) -> HttpResponseBase:
    etag = f'"{stored.sha256}"'
    known = get_conditional_response(request, etag=etag)
    response = _guarded(HttpResponse(status=304), "") if known else _whole(request, stored, name)
    response["ETag"] = etag
    return response


def _whole(request: PersonRequest, stored: Stored, name: str) -> HttpResponseBase:
    inline = stored.mime in INLINE and "show" in request.GET
    try:
        body = stored.path.open("rb")
    except FileNotFoundError:
        log.error("the bytes of file %s are missing: %s", stored.pk, stored.path)  # one line is enough
        raise NotFound(_t("The content of this file is missing; tell the administrator.")) from None
    response = FileResponse(body, as_attachment=not inline, filename=name, content_type=stored.mime)
    return _guarded(response, stored.mime)


def _guarded(response: HttpResponseBase, mime: str) -> HttpResponseBase:
    """No sniffing, no script, no frame of others; asked again each time, since permission may end."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = PDF if mime == "application/pdf" else SANDBOX
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "private, no-cache"
    return response
