from django.db import migrations

from cms.content_version.tracking import watch


class Migration(migrations.Migration):
    dependencies = [("home", "0001_initial"), ("content", "0005_watched_tables")]

    operations = [watch("home_homepage", page_column="page_ptr_id")]
