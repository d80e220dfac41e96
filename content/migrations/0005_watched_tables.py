from django.db import migrations

from cms.content_version.tracking import EDITORS_COLUMNS, watch

IMAGE_COLUMNS = ("title", "credit", "created_at", "uploaded_by_user_id", "file_size", "file_hash")
DOCUMENT_COLUMNS = ("created_at", "uploaded_by_user_id", "file_hash")
PARTS_OF_PAGES = (
    *("content_eventpage", "content_eventindexpage", "content_standardpage"),
    *("content_speaker", "content_session", "content_eventtag"),
)
PAGE_COLUMNS = {
    "content_speaker": "page_id",
    "content_session": "page_id",
    "content_eventtag": "content_object_id",
}


class Migration(migrations.Migration):
    """What the public answers of this app, and Wagtail's own, are made of."""

    dependencies = [
        ("content", "0004_previews"),
        ("cms", "0002_content_changes"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
    ]

    operations = [
        watch("wagtailcore_page", unread=EDITORS_COLUMNS),
        *(
            watch(table, page_column=PAGE_COLUMNS.get(table, "page_ptr_id"))
            for table in PARTS_OF_PAGES
        ),
        watch("content_testimonial", unread=EDITORS_COLUMNS),
        watch("content_navigation", unread=EDITORS_COLUMNS),
        watch("content_sitesettings"),
        watch("wagtailcore_site"),
        watch("wagtailcore_locale"),
        watch("wagtailcore_pageviewrestriction"),
        watch("wagtailcore_collectionviewrestriction"),
        watch("wagtailredirects_redirect"),
        # What has just been made, nothing refers to yet.
        watch("taggit_tag", on="UPDATE OR DELETE"),
        watch("content_siteimage", on="UPDATE OR DELETE", unread=IMAGE_COLUMNS),
        watch("wagtaildocs_document", on="UPDATE OR DELETE", unread=DOCUMENT_COLUMNS),
        # The admin makes thumbnails whenever somebody looks at it; those of the site are made when
        # the image is saved.
        watch("content_siterendition", on="UPDATE OR DELETE"),
        # Only its place in the tree says what is restricted.
        watch("wagtailcore_collection", on="UPDATE OR DELETE", unread=("name", "numchild")),
    ]
