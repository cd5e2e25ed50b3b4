"""Behind the wizard's pages: large files are looked at and tried, files are loaded, waiting ones taken up."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import acting
from opsloop.base.jobs.api import SLOW, Context, enqueue, scheduled, task
from opsloop.data.imports import actions, findings
from opsloop.data.imports.models import Import, State
from opsloop.data.sources.loading import load
from opsloop.data.sources.models import Load, Source

TAKE = "imports.take_up"
LEFT_DAYS = 14


@task(findings.TASK, _("Look at a file"), prepare=True, timeout_s=1800, queue=SLOW, max_attempts=2)
def find(ctx: Context, brought: int, what: str) -> None:
    """A large file, as the person who brought it may see it."""
    one = Import.objects.select_related("stored", "source").get(pk=brought)
    if one.over or one.stored is None:
        return
    ctx.progress(0, 1, _t("Reading {file}").format(file=one.name))
    findings.make(one, what, ctx.behalf or ctx.by)
    ctx.progress(1, 1, "")


@task(actions.LOAD, _("Import a file"), prepare=True, timeout_s=3600, queue=SLOW, max_attempts=2)
def import_file(ctx: Context, brought: int) -> dict[str, Any]:
    """Load it as any file of the source: kept, repeated, set aside, or held. The same file again changes nothing."""
    one = Import.objects.select_related("stored", "source").get(pk=brought)
    if one.state != State.LOADING or one.stored is None or one.source is None:
        return {"state": one.state}
    with tempfile.TemporaryDirectory(prefix="opsloop-import-") as folder:
        path = Path(folder) / Path(one.name).name
        shutil.copyfile(one.stored.path, path)
        ctx.progress(0, None, _t("Loading {file}").format(file=one.name))
        with acting(ctx.call()):
            [result] = load(one.source, [path], by=ctx.by)
            actions.finish(one, by=ctx.by, load=Load.objects.get(pk=result.load))
    return {"load": result.load, "state": result.state, "kept": result.kept, "rows_in": result.rows_in}


@task(TAKE, _("Take up an import whose source is published"))
def take(ctx: Context, brought: int) -> None:
    """With the rights of the one who brought the file."""
    one = Import.objects.get(pk=brought)
    if one.state == State.WAITING:
        actions.take_up(one, by=ctx.by)


@scheduled("imports.follow", _("Look for imports whose source is published"), cron="*/15 * * * *")
def follow(ctx: Context) -> int:
    """Have each of them taken up."""
    published = set(Source.objects.filter(withdrawn=False).values_list("ident", flat=True))
    found = [
        one for one in Import.objects.filter(state=State.WAITING).select_related("person") if one.ident in published
    ]
    for one in found:
        enqueue(TAKE, {"brought": one.pk}, behalf=one.person, key=f"{TAKE}:{one.pk}:{one.revision}")
    return len(found)


@scheduled("imports.tidy", _("Tidy up imports"), cron="50 3 * * *", may=("imports.tidy",))
def tidy(ctx: Context) -> int:
    """What nobody went on with for two weeks is given up, so that its content is not kept for ever."""
    return actions.tidy_imports(by=ctx.by, before=timezone.now() - timedelta(days=LEFT_DAYS))
