from django.db import migrations


class Migration(migrations.Migration):
    """Wagtail looks for what a form's preview was made of as if there was one row at most, and
    nothing holds two requests at once back from making one each: from then on, for a day, every
    preview of that form ended in an error. With the index the second one finds the row of the first.
    """

    dependencies = [
        ("content", "0005_watched_tables"),
        ("wagtailadmin", "0006_formstate"),
    ]

    operations = [
        # What is in the forms is with who is typing; a new row is made for the next preview.
        migrations.RunSQL("DELETE FROM wagtailadmin_formstate", migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE UNIQUE INDEX content_one_form_state ON wagtailadmin_formstate"
            " (user_id, content_type_id, object_id, parent_object_id)",
            "DROP INDEX content_one_form_state",
        ),
    ]
