from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0002_late_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="words",
            field=models.JSONField(default=dict, editable=False),
        ),
    ]
