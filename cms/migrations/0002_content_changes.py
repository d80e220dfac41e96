from django.db import migrations, models

from cms.content_version.tracking import create_functions


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContentChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("changed_at", models.DateTimeField()),
                ("transaction_id", models.BigIntegerField()),
                ("count", models.BigIntegerField()),
                ("digest", models.BigIntegerField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("changed_at", "transaction_id"), name="cms_contentchange_once"
                    )
                ],
            },
        ),
        create_functions(),
    ]
