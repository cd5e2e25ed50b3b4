from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0002_targets"),
    ]

    operations = [
        migrations.AddField(
            model_name="metric",
            name="words",
            field=models.JSONField(default=dict, editable=False),
        ),
    ]
