from django.db import migrations

from cms.admin_api.audit.append_only import protect_log


class Migration(migrations.Migration):
    dependencies = [
        ("admin_api", "0001_sign_ins"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="signin",
            options={
                "default_permissions": (),
                "permissions": [("view_audit_log", "Can see the audit log")],
            },
        ),
        protect_log(),
    ]
