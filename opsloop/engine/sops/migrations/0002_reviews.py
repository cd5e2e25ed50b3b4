import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assignments", "0002_kept_by"),
        ("people", "0002_appointments_erasures_sign_ins"),
        ("sops", "0001_sops"),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("number", models.PositiveIntegerField(verbose_name="Version")),
                ("due_on", models.DateField(verbose_name="Review due on")),
                ("limit_on", models.DateField(verbose_name="To be done by")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be reviewed"),
                            ("confirmed", "Confirmed unchanged"),
                            ("replaced", "A new version was published"),
                            ("dropped", "Out of force"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="Asked at")),
                ("late_at", models.DateTimeField(null=True, verbose_name="Told to be overdue at")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="Ended at")),
                ("reason", models.TextField(blank=True, max_length=2000, verbose_name="Reason")),
                (
                    "assignment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assignments.assignment",
                        verbose_name="Assignment",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                        verbose_name="Ended by",
                    ),
                ),
                (
                    "sop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="sops.sop",
                        verbose_name="SOP",
                    ),
                ),
            ],
            options={
                "verbose_name": "review of an SOP",
                "verbose_name_plural": "reviews of SOPs",
                "ordering": ["limit_on", "id"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("sop",), name="sop_review_one_open"
                    ),
                    models.UniqueConstraint(fields=("sop", "number", "due_on"), name="sop_review_once"),
                ],
            },
        ),
    ]
