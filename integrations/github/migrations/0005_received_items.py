from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("github", "0004_name_of_language")]

    operations = [
        migrations.AddField(
            model_name="storedpage",
            name="received_items",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
