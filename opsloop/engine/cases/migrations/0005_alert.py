from __future__ import annotations

from typing import Any

from django.db import migrations, models


def from_links(apps: Any, _editor: Any) -> None:
    """Cases that were opened for an alert are linked to it; the newest link counts."""
    cases, links = apps.get_model("cases", "Case"), apps.get_model("links", "Link")
    for case, alert in links.objects.filter(kind="cases.opened-for").order_by("pk").values_list("a_id", "b_id"):
        cases._base_manager.filter(pk=case).update(alert=alert)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_pause_of_a_step"),
        ("links", "0001_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="case", name="alert", field=models.PositiveBigIntegerField(editable=False, null=True)
        ),
        migrations.RunPython(from_links, migrations.RunPython.noop, elidable=True),
    ]
