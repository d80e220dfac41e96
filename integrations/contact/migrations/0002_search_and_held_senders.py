from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cms.api.words import fold


def fold_messages(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    messages = apps.get_model("contact", "ContactMessage").objects
    for message in messages.all().iterator():
        written = (message.name, message.email, message.subject, message.message)
        messages.filter(pk=message.pk).update(search_text=fold(" ".join(written)))


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactmessage",
            name="search_text",
            field=models.TextField(default="", editable=False),
            preserve_default=False,
        ),
        migrations.RunPython(fold_messages, migrations.RunPython.noop, elidable=True),
        migrations.AddField(
            model_name="contactsettings",
            name="held_senders",
            field=models.TextField(
                blank=True,
                help_text="One email address or domain a line, as mailinator.com. Messages from there are held as spam for somebody to look at; nothing is thrown away.",
                verbose_name="hold messages of",
            ),
        ),
        migrations.AlterField(
            model_name="contactmessage",
            name="suspicion",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "none"),
                    ("honeypot", "a field that people do not see was filled in"),
                    ("too_fast", "it was sent faster than anybody types"),
                    ("no_form", "it was sent without opening the form"),
                    ("sender", "messages of this sender are held"),
                ],
                max_length=16,
                verbose_name="held because",
            ),
        ),
    ]
