"""init, serve, upgrade."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from opsloop.config import workspace
from opsloop.config.cli import Failed


def init(said: argparse.Namespace) -> int:
    """Make a workspace, its database and the standard's files, and say what to do next."""
    root = Path(said.dir).resolve()
    if (root / workspace.FILE).exists():
        raise Failed(f"{root} is a workspace already")
    made = workspace.make(root, name=said.name)
    if not said.bare_playbook:
        workspace.put_standard(made)
    from opsloop.config.cli import start

    start(root)
    migrate()
    print(f"{root}: ready. Next: opsloop -C {said.dir} serve")
    return 0


def migrate() -> None:
    """Bring the database to this version, silently."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def behind() -> bool:
    """Does the database lack migrations of this version?"""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def upgrade(said: argparse.Namespace) -> int:
    """Back up, then migrate. Nothing to do is said too."""
    from django.conf import settings

    from opsloop.config.commands.backup import write

    if not behind():
        print("nothing to upgrade")
        return 0
    file = settings.WORKSPACE.backups / f"before-upgrade-{datetime.now():%Y%m%d-%H%M%S}.tar.gz"
    if settings.WORKSPACE.database.exists():
        write(file)
        print(f"backup: {file}")
    migrate()
    print("upgraded")
    return 0


def serve(said: argparse.Namespace) -> int:
    """Serve until Ctrl-C. Refused while the database is behind this version."""
    from opsloop.config.serve import serve as run

    if behind():
        raise Failed("the database is older than this version; run: opsloop upgrade")
    from opsloop.base.people.beginning import first_start_token

    if token := first_start_token():
        print(f"first start: open http://{said.host}:{said.port}/sign-in/first/ and enter {token}")
    sys.stdout.flush()
    return run(said.host, said.port)
