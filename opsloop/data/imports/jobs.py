"""A file that a person brought is loaded behind the page, with that person's rights."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import acting
from opsloop.base.files.models import Stored
from opsloop.base.jobs.api import SLOW, Context, task
from opsloop.data.sources.loading import load
from opsloop.data.sources.models import Source

TASK = "imports.load"


@task(TASK, _("Import a file"), prepare=True, timeout_s=3600, queue=SLOW, max_attempts=2)
def import_file(ctx: Context, stored: int, name: str, source: int) -> dict[str, Any]:
    """Load it as any file of the source: kept, repeated, set aside, or held. The same file again changes nothing."""
    kept, wanted = Stored.objects.get(pk=stored), Source.objects.get(pk=source)
    with tempfile.TemporaryDirectory(prefix="opsloop-import-") as folder:
        path = Path(folder) / Path(name).name
        shutil.copyfile(kept.path, path)
        with acting(ctx.call()):
            [result] = load(wanted, [path], by=ctx.by)
    return {"load": result.load, "state": result.state, "kept": result.kept, "rows_in": result.rows_in}
