"""Long exports are written behind the page, and swept after a week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.http import QueryDict
from django.urls import get_resolver, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import tell
from opsloop.base.jobs.api import SLOW, Context, scheduled, task
from opsloop.ui import exports
from opsloop.ui.listkit import export as files
from opsloop.ui.listkit.listing import listing_named
from opsloop.ui.listkit.state import State
from opsloop.ui.models import Export

KEEP = timedelta(days=7)


@task("lists.write", _("Write an exported list"), prepare=True, timeout_s=1800, queue=SLOW, max_attempts=3)
def write_list(ctx: Context, export: int) -> Callable[[], None]:
    """Write the file as the person who asked sees the list now, then tell them."""
    row = Export.objects.select_related("person").get(pk=export)
    get_resolver().url_patterns  # noqa: B018 lists are declared beside their views
    with translation.override(row.language or translation.get_language()):
        state = State(listing_named(row.listing), row.person, QueryDict(row.address))
        row.path.parent.mkdir(parents=True, exist_ok=True)
        half = row.path.with_suffix(".half")
        with half.open("wb") as out:
            files.write(state, row.kind, out, lambda n: ctx.progress(n, row.rows))
        half.replace(row.path)
        row.name, row.written = files.file_name(state, row.kind), state.count
    return lambda: _hand_over(row)


def _hand_over(row: Export) -> None:
    Export.objects.filter(pk=row.pk).update(name=row.name, written=row.written, done_at=timezone.now())
    title = _t("{name} is ready").format(name=row.name)
    tell(row.person, "lists.export", title, link=reverse("export", args=[row.pk]), even_self=True)


@scheduled("lists.sweep", _("Sweep exported files"), cron="40 3 * * *")
def sweep_exports(ctx: Context) -> None:
    """Files of more than a week ago go; that they were taken stays in the ledger."""
    for row in Export.objects.filter(asked_at__lt=timezone.now() - KEEP):
        exports.forget(row)
