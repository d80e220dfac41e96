"""Which tables public answers are made of, said once in a migration of the app that answers them.

Triggers and not Django's signals: they see `QuerySet.update`, tree moves in SQL, tags and a
colleague's `psql` as well, and they see what has changed, so a draft saved on a published page
counts for nothing. They write in the changing transaction, so the change and its note commit
together or not at all.
"""

from collections.abc import Sequence

from django.db.migrations.operations import RunSQL

EDITORS_COLUMNS = (
    *("draft_title", "has_unpublished_changes", "latest_revision_id", "live_revision_id"),
    *("latest_revision_created_at", "go_live_at", "expired", "numchild", "owner_id"),
    *("locked", "locked_at", "locked_by_id", "show_in_menus"),
)
"""Columns of Wagtail's pages and snippets that no public answer shows."""

_CREATE_FUNCTION = """
CREATE FUNCTION cms_note_content_change() RETURNS trigger LANGUAGE plpgsql AS $function$
DECLARE
    -- Arguments: columns that nobody reads, then the column that names the page of a part of it.
    unread CONSTANT text[] := string_to_array(TG_ARGV[0], ' ');
    page_column CONSTANT text := TG_ARGV[1];
    before jsonb;
    after jsonb;
    is_public boolean := true;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        before := to_jsonb(OLD) - unread;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        after := to_jsonb(NEW) - unread;
    END IF;
    IF before IS NOT DISTINCT FROM after THEN
        RETURN NULL;
    END IF;
    IF page_column <> '' THEN
        SELECT live INTO is_public FROM wagtailcore_page
        WHERE id = (coalesce(after, before) ->> page_column)::integer;
    ELSIF coalesce(after, before) ? 'live' THEN
        is_public := coalesce((before ->> 'live')::boolean, false)
            OR coalesce((after ->> 'live')::boolean, false);
    END IF;
    IF is_public THEN
        PERFORM cms_bump_content_version();
    END IF;
    RETURN NULL;
END
$function$;

-- One row for each transaction, and no lock that two of them could wait for.
CREATE FUNCTION cms_bump_content_version() RETURNS void LANGUAGE sql AS $function$
    INSERT INTO cms_contentchange (changed_at, transaction_id, count, digest)
    VALUES (
        transaction_timestamp(),
        pg_current_xact_id()::text::bigint,
        1,
        hashtextextended(gen_random_uuid()::text, 0)
    )
    ON CONFLICT (changed_at, transaction_id) DO NOTHING
$function$;
"""
_DROP_FUNCTION = """
DROP FUNCTION cms_note_content_change();
DROP FUNCTION cms_bump_content_version();
"""


def create_functions() -> RunSQL:
    """The trigger function; once, in the migration that makes its table."""
    return RunSQL(_CREATE_FUNCTION, _DROP_FUNCTION)


def watch(
    table: str,
    *,
    unread: Sequence[str] = (),
    page_column: str = "",
    on: str = "INSERT OR UPDATE OR DELETE",
) -> RunSQL:
    """Have changes of ``table`` change the content version.

    A row with a column `live` counts while it is or was live, a row with ``page_column`` while that
    page is, any other row always. Updates of nothing but ``unread`` columns never count.
    """
    trigger = f"{table}_content_change"
    create = (
        f'CREATE TRIGGER "{trigger}" AFTER {on} ON "{table}" FOR EACH ROW '
        f"EXECUTE FUNCTION cms_note_content_change('{' '.join(unread)}', '{page_column}')"
    )
    return RunSQL(create, f'DROP TRIGGER "{trigger}" ON "{table}"')
