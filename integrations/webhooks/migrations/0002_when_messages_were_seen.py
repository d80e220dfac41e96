from django.db import migrations, models
from django.db.models.functions import Now


def _carry_over(apps, schema_editor):
    apps.get_model("webhooks", "Message").objects.filter(is_committed=True).update(seen_at=Now())


class Migration(migrations.Migration):
    dependencies = [
        ("webhooks", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="seen_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(_carry_over, migrations.RunPython.noop),
        migrations.RemoveField(model_name="message", name="is_committed"),
    ]
