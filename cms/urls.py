"""Every route: the public, cacheable ones and the private ones, as two lists."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.db.transaction import non_atomic_requests
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import LoginView as SignInView
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms.account import AccountView
from cms.admin_api.audit.completion import complete_log
from cms.admin_api.audit_report import AuditLogReport
from cms.admin_urls import admin_urlpatterns
from cms.http.api_docs import DocsView, SchemaView
from cms.public_api import public_urlpatterns
from integrations.contact.api import ContactView
from integrations.contact.page import ContactPage
from integrations.github.webhook import GitHubPushView
from integrations.mail.api import MailEventsView
from integrations.newsletter.api import ConfirmView, SubscribeView, UnsubscribeView
from integrations.newsletter.page import ConfirmPage, SubscribePage, UnsubscribePage

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
    path("api/github/webhook", GitHubPushView.as_view(), name="github-webhook"),
    path("api/email/events/<slug:provider>", MailEventsView.as_view(), name="mail_events"),
    path("api/contact", ContactView.as_view(), name="contact"),
    path("api/subscribe", SubscribeView.as_view(), name="subscribe"),
    path("api/subscribe/confirm", ConfirmView.as_view(), name="confirm_subscription"),
    path("api/unsubscribe", UnsubscribeView.as_view(), name="unsubscribe"),
    path("forms/contact/", ContactPage.as_view(), name="contact_page"),
    path("forms/subscribe/", SubscribePage.as_view(), name="subscribe_page"),
    path("newsletter/confirm/<str:token>", ConfirmPage.as_view(), name="confirm_page"),
    path("newsletter/unsubscribe/<str:token>", UnsubscribePage.as_view(), name="unsubscribe_page"),
    path("api/", include(admin_urlpatterns)),
    # In place of Wagtail's site history, so that its links lead here.
    path("admin/reports/site-history/", AuditLogReport.as_view()),
    path("admin/reports/site-history/results/", AuditLogReport.as_view(results_only=True)),
    path("admin/account/", complete_log(require_admin_access(AccountView.as_view()))),
    # Before the same view in one transaction: attempts to sign in are counted in their own, or one
    # would wait for the hash of another, and be forgotten when the request fails.
    path("admin/login/", non_atomic_requests(SignInView.as_view())),
    path("admin/", include(decorate_urlpatterns(wagtailadmin_urls.urlpatterns, complete_log))),
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
