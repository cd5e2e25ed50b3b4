from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reconciliation", "0001_control"),
    ]

    operations = [
        migrations.AddField(
            model_name="control",
            name="remark",
            field=models.CharField(blank=True, max_length=200, verbose_name="About the control figure"),
        ),
    ]
