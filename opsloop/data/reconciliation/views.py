"""对数: what is above the limit first, then each source's month."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST, require_safe

from opsloop.base.acts import Call, Invalid, Refused, perform
from opsloop.base.people import sheets
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.data.reconciliation import pasted
from opsloop.data.reconciliation.actions import MOST
from opsloop.data.reconciliation.agreements import Agreement, agreement_of, agreements
from opsloop.data.reconciliation.lists import Days
from opsloop.data.reconciliation.models import Cause, Control
from opsloop.data.reconciliation.queries import above, cause_act, month, overview
from opsloop.ui.formats import day as day_text
from opsloop.ui.lists import list_page
from opsloop.ui.page import PersonRequest, page
from opsloop.ui.reply import acted

MONTH = re.compile(r"^(20\d\d)-(0[1-9]|1[0-2])$")


@require_safe
@page(see="reconciliation")
def sources_page(request: PersonRequest) -> HttpResponse:
    """Which numbers can be trusted, and what has to be looked at."""
    agreed = agreements()
    context = {
        "open": above(request.person, agreed),
        "lines": overview(request.person, agreed),
        "causes": Cause.choices,
        "several": True,
    }
    return render(request, "reconciliation/sources.html", context)


@page(see="reconciliation")
def day_list(request: PersonRequest) -> HttpResponse:
    return list_page(request, Days)


def _agreement(source: str) -> Agreement:
    found = agreement_of(source)
    if found is None:
        raise NotFound(_t("No control figure is agreed for the source {source}.").format(source=source))
    return found


@require_safe
@page(see="reconciliation")
def month_page(request: PersonRequest, source: str) -> HttpResponse:
    """One source's month: type what is missing, settle what differs."""
    agreement, today = _agreement(source), timezone.localdate()
    said = MONTH.match(request.GET.get("month", ""))
    first = date(int(said[1]), int(said[2]), 1) if said else today.replace(day=1)
    first = min(first, today.replace(day=1))
    before = (first - timedelta(days=1)).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    context: dict[str, Any] = {
        "agreement": agreement,
        "open": above(request.person, [agreement], source),
        "month": month(visible(request.person, Control), agreement, first, today),
        "before": before,
        "after": after if after <= today else None,
        "causes": Cause.choices,
        "may_enter": can(request.person, "reconciliation.enter_many") and agreement.other is None,
        "several": False,
    }
    return render(request, "reconciliation/month.html", context)


@require_safe
@page(see="reconciliation")
def day_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One day: both figures, the cause, and what was done."""
    row = _row(request, pk)
    return render(request, "reconciliation/day.html", {"row": row, "agreement": agreement_of(row.source)})


def _row(request: PersonRequest, pk: int) -> Control:
    rows = visible(request.person, Control).select_related("entered_by", "checked_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_t("There is no such day."))
    return found


@require_POST
@page(see="reconciliation")
def choose_cause(request: PersonRequest, pk: int) -> HttpResponse:
    """One click: the check, or the explanation of one's own figure. Without a cause the named one is confirmed."""
    row = _row(request, pk)
    said = {"cause": request.POST.get("cause") or None, "note": row.note if not request.POST.get("cause") else ""}
    perform(cause_act(request.person, row), said, Call(by=request.person, via="page"), on=row.pk)
    row.refresh_from_db()
    agreement = agreement_of(row.source)
    text = f"{agreement.title if agreement else row.source} {day_text(row.day)}: {row.get_state_display()}"
    return _done(request, text, f"/reconciliation/{row.source}/?month={row.day:%Y-%m}")


def _done(request: PersonRequest, text: str, go: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return acted(text, request=request)
    messages.success(request, text)
    return redirect(go)


@require_POST
@page(act="reconciliation.enter_many")
def enter(request: PersonRequest, source: str) -> HttpResponse:
    """The figures typed into a month's empty cells, all at once."""
    agreement = _agreement(source)
    rows = _typed(request)
    if not rows:
        raise Refused(_t("Type at least one figure."))
    said = {"source": agreement.source, "rows": [{"day": day, "control": figure} for day, figure in rows]}
    perform("reconciliation.enter_many", said, Call(by=request.person, via="page"))
    last = max(day for day, _figure in rows)
    text = _t("{n} figures entered").format(n=len(rows))
    return _done(request, text, f"/reconciliation/{agreement.source}/?month={last:%Y-%m}")


def _typed(request: PersonRequest) -> list[tuple[date, Decimal]]:
    """The filled cells. Raises Refused naming those that hold no number."""
    rows, faults = [], []
    for name, text in request.POST.items():
        if not name.startswith("day-") or not str(text).strip():
            continue
        said = name.removeprefix("day-")
        day, figure = pasted.day_of(said, timezone.localdate()), pasted.figure_of(str(text))
        if day is None or figure is None:
            faults.append(f"{said}: {text}")
        else:
            rows.append((day, figure))
    if faults:
        raise Refused(_t("These are no numbers, nothing was entered: {what}").format(what=", ".join(faults)))
    return rows


@page(act="reconciliation.enter_many")
def paste_page(request: PersonRequest, source: str) -> HttpResponse:
    """Paste two columns, or choose a file; look at what was understood; enter it."""
    agreement = _agreement(source)
    context: dict[str, Any] = {"agreement": agreement, "most": MOST}
    if request.method != "POST":
        return render(request, "reconciliation/paste.html", context)
    try:
        text = _text(request)
        said = request.POST.get("column", "")
        read = pasted.read(text, timezone.localdate(), int(said) if said.isdecimal() else None)
        context |= {"text": text, "read": read}
        if request.POST.get("step") == "enter" and not read.faults:
            return _enter_pasted(request, agreement, read)
    except Invalid as no:
        context["error"] = "; ".join(one for texts in no.errors.values() for one in texts)
    except Refused as no:
        context["error"] = str(no.text)
        context.setdefault("text", request.POST.get("text", ""))
    return render(request, "reconciliation/paste.html", context, status=422 if context.get("error") else 200)


def _text(request: PersonRequest) -> str:
    """What was pasted, or the table of the chosen file as text."""
    upload = request.FILES.get("file")
    if upload is None:
        text = str(request.POST.get("text", ""))
        if not text.strip():
            raise Refused(_t("Paste the figures, or choose a file."))
        return text
    if (upload.size or 0) > sheets.MAX_BYTES:
        raise Refused(_t("The file is larger than {n} MB; split it.").format(n=sheets.MAX_BYTES // 1024 // 1024))
    table = sheets.read(upload.read(), str(upload.name or ""))
    clean = [[cell.replace("\t", " ").replace("\n", " ") for cell in row] for _n, row in table.rows]
    return "\n".join("\t".join(row) for row in [list(table.header), *clean])


def _enter_pasted(request: PersonRequest, agreement: Agreement, read: pasted.Pasted) -> HttpResponse:
    rows = [{"day": line.day, "control": line.figure} for line in read.good]
    said = {"source": agreement.source, "rows": rows}
    perform("reconciliation.enter_many", said, Call(by=request.person, via="page"))
    messages.success(request, _t("{n} figures entered").format(n=len(rows)))
    last = max(line.day for line in read.good if line.day is not None)
    return redirect(f"/reconciliation/{agreement.source}/?month={last:%Y-%m}")
