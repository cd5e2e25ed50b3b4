"""move-to URL: the whole relational store into an empty PostgreSQL database, verified."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction

from opsloop.config.cli import Failed

CHUNK = 1000
TARGET = "target"
MADE_BY_MIGRATE = ("contenttypes.contenttype", "auth.permission")


def tables() -> Iterator[type[models.Model]]:
    """Every managed model with a table of its own, automatic many-to-many ones included."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield model


def rows(model: type[models.Model], alias: str) -> models.QuerySet[Any]:
    """All rows of a model on one database, past the model's own managers."""
    return models.QuerySet(model=model, using=alias)


def counts(alias: str) -> dict[str, int]:
    """Table -> number of rows."""
    return {model._meta.db_table: rows(model, alias).count() for model in tables()}


def add_connection(alias: str, settings: dict[str, Any]) -> None:
    """Make a further database known to Django for this process."""
    connections.databases[alias] = connections.configure_settings({"default": {}, alias: settings})[alias]


def copy(source: str, target: str) -> dict[str, int]:
    """Copy every row in one transaction on each side. Answers the counts; raises Failed when they differ."""
    with transaction.atomic(using=source), transaction.atomic(using=target):
        for label in MADE_BY_MIGRATE:
            rows(apps.get_model(label), target)._raw_delete(target)
        for model in tables():
            _copy_table(model, source, target)
        _reset_sequences(target)
        before, after = counts(source), counts(target)
    if before != after:
        wrong = {name: (n, after[name]) for name, n in before.items() if after[name] != n}
        raise Failed(f"the copy differs: {wrong}")
    return after


def _copy_table(model: type[models.Model], source: str, target: str) -> None:
    columns = [f.attname for f in model._meta.concrete_fields]
    batch: list[models.Model] = []
    for values in rows(model, source).order_by("pk").values_list(*columns).iterator(CHUNK):
        batch.append(model(**dict(zip(columns, values, strict=True))))
        if len(batch) == CHUNK:
            rows(model, target).bulk_create(batch)
            batch = []
    if batch:
        rows(model, target).bulk_create(batch)


def _reset_sequences(alias: str) -> None:
    from django.core.management.color import no_style

    connection = connections[alias]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables())):
            cursor.execute(statement)


def move_to(said: argparse.Namespace) -> int:
    """Copy to PostgreSQL; refused when the target holds people already. The source stays as it was."""
    from django.core.management import call_command

    from opsloop.config.settings import database

    if not said.url.startswith(("postgres://", "postgresql://")):
        raise Failed("the target must be postgresql://user:password@host:port/database")
    add_connection(TARGET, database(said.url))
    call_command("migrate", database=TARGET, interactive=False, verbosity=0)
    if rows(apps.get_model("people.Person"), TARGET).exists():
        raise Failed("the target holds data already; name an empty database")
    done = copy("default", TARGET)
    connections[TARGET].close()
    _verify(said.url)
    if said.json:
        print(json.dumps({"tables": done, "rows": sum(done.values()), "ledger": "whole"}))
    else:
        print(f"{sum(done.values())} rows in {len(done)} tables copied; counts are equal, the ledger's chain is whole")
        print("Next: set OPSLOOP_DATABASE_URL to this address and start again")
    return 0


def _verify(url: str) -> None:
    env = {**os.environ, "OPSLOOP_DATABASE_URL": url}
    command = [sys.executable, "-m", "opsloop", "-C", os.environ["OPSLOOP_WORKSPACE"]]
    for verb in (["reindex"], ["verify"]):
        got = subprocess.run([*command, *verb], env=env, capture_output=True, text=True, check=False)  # noqa: S603
        if got.returncode:
            raise Failed(f"{verb[0]} on the target failed: {got.stdout}{got.stderr}")
