from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("datasets", "0001_definitions"),
    ]

    operations = [
        migrations.AddField(
            model_name="dataset",
            name="words",
            field=models.JSONField(default=dict, editable=False),
        ),
    ]
