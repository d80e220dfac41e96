from django.db import migrations

from cms.admin_api.audit.append_only import index_lists


class Migration(migrations.Migration):
    dependencies = [("admin_api", "0002_audit_log")]

    operations = [index_lists()]
