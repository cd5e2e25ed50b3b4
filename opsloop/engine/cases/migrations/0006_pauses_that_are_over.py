from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_alert"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="pauses",
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AddField(
            model_name="workitem",
            name="pauses",
            field=models.JSONField(default=list),
        ),
    ]
