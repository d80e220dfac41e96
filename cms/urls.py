"""Every route: the public, cacheable ones and the private ones, as two lists."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.http.api_docs import DocsView, SchemaView
from cms.public_api import public_urlpatterns

handler400 = "cms.http.error_views.bad_request"
handler403 = "cms.http.error_views.permission_denied"
handler404 = "cms.http.error_views.page_not_found"
handler500 = "cms.http.error_views.server_error"

cacheable_urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="api_docs"),
    *public_urlpatterns,
]

private_urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", include(wagtailadmin_urls)),
    path("django-admin/", admin.site.urls),
    path("documents/", include(wagtaildocs_urls)),
]
if settings.DEBUG:
    # In production the proxy in front serves these folders; documents and originals are for nobody.
    media = {"document_root": settings.MEDIA_ROOT}
    shown = r"^media/(?P<path>(?:images|avatar_images)/.+)$"
    private_urlpatterns.append(re_path(shown, serve, media))

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include(cacheable_urlpatterns)),
    *private_urlpatterns,
    # Only for the addresses of pages in each language and for the admin's views of them.
    *i18n_patterns(path("", include(wagtail_urls)), prefix_default_language=False),
]
