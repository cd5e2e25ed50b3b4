"""The words of documents: an FTS5 table on SQLite, a tsvector column with a GIN index on PostgreSQL.

The words come cut already, so neither database's own cutting is used: FTS5's `ascii` splits at spaces only and takes
every other character as it is (unicode61 knows no character younger than 2012), and a tsvector is written out.
"""

from django.db import migrations

SQLITE = """
create virtual table if not exists search_words using fts5(
    title, text, content='', contentless_delete=1, tokenize='ascii', detail='full'
)
"""
POSTGRES = (
    "alter table search_document add column if not exists words tsvector",
    "create index if not exists search_document_words on search_document using gin (words) with (fastupdate = off)",
)


def put(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(SQLITE)
    else:
        for sql in POSTGRES:
            schema_editor.execute(sql)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("drop table if exists search_words")
    else:
        schema_editor.execute("alter table search_document drop column if exists words")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_first")]
    operations = [migrations.RunPython(put, drop)]
