from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("explore", "0001_dashboards"),
    ]

    operations = [
        migrations.AddField(
            model_name="dashboard",
            name="words",
            field=models.JSONField(default=dict, editable=False),
        ),
    ]
