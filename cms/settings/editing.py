"""Wagtail: its API, images, documents, rich text and search."""

from cms.settings import env
from cms.settings.site import FRONTEND_URL, LANGUAGES, PUBLIC_URL

WAGTAIL_SITE_NAME = "Lab CMS"
# Names of places: what else a machine may have ("localtime", "EST5EDT") browsers do not know.
WAGTAIL_USER_TIME_ZONES = env.places_of_time_zones()
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAILAPI_BASE_URL = PUBLIC_URL
WAGTAILAPI_LIMIT_MAX = 100
# Milliseconds after a change was noticed, which takes Wagtail half a second up to one. The draft is
# saved after the preview is there: both at once would keep each other waiting.
WAGTAIL_AUTO_UPDATE_PREVIEW_INTERVAL = 100
WAGTAIL_AUTOSAVE_INTERVAL = 1_000
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_HEADLESS_PREVIEW = {
    "CLIENT_URLS": {"default": f"{FRONTEND_URL}/preview"},
    "ENFORCE_TRAILING_SLASH": False,
}
WAGTAILIMAGES_IMAGE_MODEL = "content.SiteImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "content.forms.ImageForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
# "Python" and "python" are one tag.
TAGGIT_CASE_INSENSITIVE = True
WAGTAILDOCS_EXTENSIONS = [
    *("csv", "docx", "ics", "odp", "ods", "odt"),
    *("pdf", "pptx", "txt", "xlsx", "zip"),
]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {
            "features": [
                *("h3", "h4", "bold", "italic", "link", "document-link"),
                *("ol", "ul", "hr", "code", "blockquote"),
            ],
        },
    },
}
# PostgreSQL's "simple" neither stems nor drops words, so search behaves alike in every language.
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "modelsearch.backends.database", "SEARCH_CONFIG": "simple"},
}
