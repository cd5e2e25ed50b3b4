from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assignments", "0002_kept_by")]

    operations = [
        migrations.AlterField(
            model_name="series",
            name="day_off",
            field=models.CharField(
                choices=[
                    ("stay", "stays on that day"),
                    ("before", "the working day before"),
                    ("after", "the working day after"),
                    ("skip", "is left out"),
                ],
                default="stay",
                max_length=6,
                verbose_name="If that is a day off",
            ),
        ),
    ]
