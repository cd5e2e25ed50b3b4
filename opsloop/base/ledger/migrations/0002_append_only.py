"""Triggers that refuse update and delete of entries, on both databases."""

from django.db import migrations

SQLITE = [
    "create trigger ledger_entry_no_update before update on ledger_entry"
    " begin select raise(abort, 'the ledger is append-only'); end",
    "create trigger ledger_entry_no_delete before delete on ledger_entry"
    " begin select raise(abort, 'the ledger is append-only'); end",
]
POSTGRESQL = [
    "create function ledger_append_only() returns trigger language plpgsql as"
    " $$ begin raise exception 'the ledger is append-only'; end $$",
    "create trigger ledger_entry_no_change before update or delete on ledger_entry"
    " for each row execute function ledger_append_only()",
]
DROP_SQLITE = ["drop trigger ledger_entry_no_update", "drop trigger ledger_entry_no_delete"]
DROP_POSTGRESQL = ["drop trigger ledger_entry_no_change on ledger_entry", "drop function ledger_append_only()"]


def put(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in DROP_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else DROP_SQLITE:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_first")]
    operations = [migrations.RunPython(put, drop)]
