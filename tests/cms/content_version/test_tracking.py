"""No table is forgotten: it is watched, or known to be nobody's business."""

import pytest
from django.apps import apps
from django.db import connection

NOT_PUBLIC = {
    # Accounts, sign-in, rights.
    *("cms_user", "cms_user_groups", "cms_user_user_permissions", "auth_group"),
    *("auth_group_permissions", "auth_permission", "django_session", "wagtailusers_userprofile"),
    *("mail_attachment", "mail_attempt", "mail_channel", "mail_outgoingmail"),
    *("mail_addresskey", "mail_deliveryevent", "mail_suppression"),
    *("cms_acceptedrequest", "cms_rememberedanswer"),
    *("contact_contactmessage", "contact_contactsettings", "contact_note"),
    *("newsletter_subscriber", "newsletter_confirmation", "newsletter_consententry"),
    *("newsletter_erasedaddress", "newsletter_signuprequest", "newsletter_listentry"),
    *("newsletter_listcomparison", "newsletter_listimport"),
    *("admin_api_refreshtoken", "admin_api_signin"),
    *("webhooks_attempt", "webhooks_delivery", "webhooks_endpoint", "webhooks_message"),
    # Who GitHub is asked about, and how that goes.
    *("github_account", "github_githubsettings", "github_budget", "github_storedpage"),
    "github_push",
    *("wagtailcore_grouppagepermission", "wagtailcore_groupcollectionpermission"),
    *("wagtailcore_groupsitepermission", "wagtailcore_apitoken", "wagtailadmin_admin"),
    # Who may see what is restricted; the public sees none of it either way.
    *("wagtailcore_pageviewrestriction_groups", "wagtailcore_collectionviewrestriction_groups"),
    # Drafts, comments, workflows, logs.
    *("wagtailcore_revision", "wagtailcore_comment", "wagtailcore_commentreply"),
    *("wagtailcore_pagesubscription", "wagtailcore_workflow", "wagtailcore_workflowstate"),
    *("wagtailcore_workflowpage", "wagtailcore_workflowcontenttype", "wagtailcore_workflowtask"),
    *("wagtailcore_task", "wagtailcore_taskstate", "wagtailcore_groupapprovaltask"),
    *("wagtailcore_groupapprovaltask_groups", "wagtailcore_modellogentry"),
    *("wagtailcore_pagelogentry", "django_admin_log", "wagtailadmin_editingsession"),
    *("wagtailadmin_formstate", "wagtailcore_uploadedfile", "content_importedevent"),
    *("simple_translation_simpletranslation", "content_scheduledattempt"),
    *("content_preview", "wagtail_headless_preview_pagepreview"),
    # Derived from what is watched.
    *("wagtailcore_referenceindex", "wagtailsearch_indexentry", "cms_contentchange"),
    "cms_outercachestate",
    # Not used: our images are SiteImage, embeds are never fetched, only events have public tags.
    *("wagtailimages_image", "wagtailimages_rendition", "wagtailembeds_embed"),
    *("taggit_taggeditem", "django_content_type"),
}


@pytest.mark.django_db
def test_every_table_is_watched_or_not_public() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger "
            "JOIN pg_proc ON pg_proc.oid = tgfoid WHERE proname = 'cms_note_content_change'"
        )
        watched = {table for (table,) in cursor.fetchall()}
    models = apps.get_models(include_auto_created=True)
    # Not those of tests, nor procrastinate's, which Django does not manage.
    ours = [model for model in models if not model.__module__.startswith("tests.")]
    tables = {m._meta.db_table for m in ours if m._meta.managed and not m._meta.proxy}
    assert not watched & NOT_PUBLIC
    assert tables - watched == NOT_PUBLIC & tables
