from django.db import migrations


class Migration(migrations.Migration):
    """Nobody changes what somebody agreed to, not even by hand; it goes only with the person."""

    dependencies = [("newsletter", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION newsletter_keep_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' AND current_setting('newsletter.is_erasing', true) = 'on' THEN
                    RETURN OLD;
                END IF;
                RAISE EXCEPTION 'The consent ledger is only added to.'
                    USING ERRCODE = 'integrity_constraint_violation';
            END $$;
            CREATE TRIGGER newsletter_keep_ledger
                BEFORE UPDATE OR DELETE ON newsletter_consententry
                FOR EACH ROW EXECUTE FUNCTION newsletter_keep_ledger();
            """,
            """
            DROP TRIGGER newsletter_keep_ledger ON newsletter_consententry;
            DROP FUNCTION newsletter_keep_ledger();
            """,
        )
    ]
