from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q


def forget_words(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("mail", "DeliveryEvent").objects.filter(mail=None).update(detail="")


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0002_delivery_events"),
    ]

    operations = [
        migrations.RunPython(forget_words, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="deliveryevent",
            constraint=models.CheckConstraint(
                condition=Q(mail__isnull=False) | Q(detail=""), name="mail_event_words_with_mail"
            ),
        ),
    ]
