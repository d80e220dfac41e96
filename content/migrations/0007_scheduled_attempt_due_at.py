from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("content", "0006_one_form_state")]

    operations = [
        migrations.AddField(
            model_name="scheduledattempt",
            name="due_at",
            field=models.DateTimeField(default=timezone.now),
            preserve_default=False,
        ),
    ]
