from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_channels")]

    operations = [
        migrations.AddField("sealed", "app_tail", models.CharField(blank=True, default="", max_length=4), False),
        migrations.AddField(
            "channel",
            "app_tail",
            models.CharField(blank=True, default="", max_length=4, verbose_name="App for pictures ends with"),
            False,
        ),
        migrations.AddField("gate", "picture_problem", models.CharField(blank=True, default="", max_length=10), False),
        migrations.AddField("gate", "picture_said", models.CharField(blank=True, default="", max_length=300), False),
    ]
