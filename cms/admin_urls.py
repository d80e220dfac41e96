"""Every endpoint of the admin API in one list; all want an access token but those that give one."""

from django.urls import URLPattern, URLResolver, path

from cms.admin_api.api import LoginView, LogoutView, MeView, RefreshView
from cms.admin_api.audit_api import AuditLogView
from content.admin_api.urls import content_urlpatterns
from integrations.contact.admin_api import ContactMessageListView, ContactMessageView
from integrations.newsletter.admin_api import SubscriberListView, SubscriberView

admin_urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/login", LoginView.as_view(), name="auth_login"),
    path("auth/refresh", RefreshView.as_view(), name="auth_refresh"),
    path("auth/logout", LogoutView.as_view(), name="auth_logout"),
    path("auth/me", MeView.as_view(), name="auth_me"),
    path("admin/audit-log/", AuditLogView.as_view(), name="audit_log"),
    path("admin/subscribers/", SubscriberListView.as_view(), name="subscriber_list"),
    path("admin/subscribers/<uuid:pk>/", SubscriberView.as_view(), name="subscriber"),
    path("admin/contact-messages/", ContactMessageListView.as_view(), name="contact_message_list"),
    path("admin/contact-messages/<uuid:pk>/", ContactMessageView.as_view(), name="contact_message"),
    *content_urlpatterns,
]
