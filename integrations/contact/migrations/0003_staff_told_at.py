from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def note_who_were_told(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Until now there was a mail about every message that no rule had held."""
    messages = apps.get_model("contact", "ContactMessage").objects
    messages.filter(suspicion="").update(staff_told_at=models.F("received_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0002_search_and_held_senders"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactmessage",
            name="staff_told_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(note_who_were_told, migrations.RunPython.noop, elidable=True),
    ]
