"""The log can only be added to: triggers that refuse what would change or remove an entry.

What Django does to entries when an account, a type or a revision goes is let through: the reference
becomes empty. Retention sets a parameter for its own transaction.
"""

from django.db import connection
from django.db.migrations.operations import RunSQL

TABLES = ("wagtailcore_pagelogentry", "wagtailcore_modellogentry")
_PARAMETER = "cms.audit_retention"

_CREATE_FUNCTION = """
CREATE FUNCTION cms_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $function$
DECLARE
    references_to CONSTANT text[] := ARRAY['content_type_id', 'user_id', 'revision_id'];
    before jsonb;
    after jsonb;
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('cms.audit_retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        before := to_jsonb(OLD);
        after := to_jsonb(NEW);
        -- Empty references of the new row are taken from the old one; the rest must be equal.
        IF before = (SELECT after || coalesce(jsonb_object_agg(name, before -> name), '{}')
                     FROM unnest(references_to) AS name WHERE after -> name = 'null'::jsonb) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'The audit log can only be added to'
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$function$;
"""
_CREATE_TRIGGERS = """
CREATE TRIGGER cms_audit_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION cms_audit_append_only();
CREATE TRIGGER cms_audit_not_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION cms_audit_append_only();
"""


def protect_log() -> RunSQL:
    """For a migration after Wagtail's own."""
    triggers = "".join(_CREATE_TRIGGERS.format(table=table) for table in TABLES)
    return RunSQL(
        _CREATE_FUNCTION + triggers, "DROP FUNCTION IF EXISTS cms_audit_append_only() CASCADE"
    )


def index_lists() -> RunSQL:
    """For a migration: of entries that name several objects, an index of which."""
    return RunSQL(
        "CREATE INDEX cms_audit_ids ON wagtailcore_modellogentry "
        "USING gin (data jsonb_path_ops) WHERE data ? 'ids'",
        "DROP INDEX cms_audit_ids",
    )


def permit_retention() -> None:
    """Let this transaction delete entries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [_PARAMETER])
