from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("playbook", "0003_reviewed_afterwards")]

    operations = [
        migrations.AddField(
            model_name="publication",
            name="enacted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="Brought into force at"),
        ),
    ]
