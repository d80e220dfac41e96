"""Every route: the public, cacheable ones and the private ones, as two lists."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.public_api import public_urlpatterns

private_urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", include(wagtailadmin_urls)),
    path("django-admin/", admin.site.urls),
    path("documents/", include(wagtaildocs_urls)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include(public_urlpatterns)),
    *private_urlpatterns,
    *i18n_patterns(path("", include(wagtail_urls)), prefix_default_language=False),
]
