"""Every kind of mail with sample data, in every language of the site, as it would arrive."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from integrations.mail.admin.mails import may
from integrations.mail.message_templates import (
    MailTemplate,
    UnknownTemplateError,
    render,
    template_of,
    templates,
)
from integrations.mail.outbox import Content

NAMESPACE = "mail_samples"
# What a mail program lets a mail do, and less.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


def _sample(name: str, language: str) -> tuple[MailTemplate, Content]:
    try:
        template = template_of(name)
    except UnknownTemplateError as error:
        raise Http404 from error
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return template, render(name, context=template.sample(), language=language)


class _SampleView(WagtailAdminTemplateMixin, View):
    header_icon = "mail"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may(request, "view"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]


class SampleListView(_SampleView):
    template_name = "mail/admin/samples.html"
    page_title = _("Mails that the site writes")

    def get(self, request: HttpRequest) -> Any:
        rows = [
            {"label": template.label, "looks": self._looks(template)} for template in templates()
        ]
        return self.render_to_response(self.get_context_data(rows=rows))

    @staticmethod
    def _looks(template: MailTemplate) -> list[tuple[str, str]]:
        return [
            (name, reverse(f"{NAMESPACE}:look", args=[template.name, code]))
            for code, name in settings.LANGUAGES
        ]


class SampleLookView(_SampleView):
    template_name = "mail/admin/sample.html"

    def get(self, request: HttpRequest, name: str, language: str) -> Any:
        template, content = _sample(name, language)
        self.page_title = template.label
        context = self.get_context_data(
            content=content,
            language=language,
            html_url=reverse(f"{NAMESPACE}:html", args=[name, language]),
            list_url=reverse(f"{NAMESPACE}:index"),
        )
        return self.render_to_response(context)


@method_decorator(xframe_options_sameorigin, name="dispatch")
class SampleHTMLView(_SampleView):
    """The HTML part alone, for a frame."""

    def get(self, request: HttpRequest, name: str, language: str) -> HttpResponse:
        _template, content = _sample(name, language)
        response = HttpResponse(content.html)
        response["Content-Security-Policy"] = _POLICY
        return response


class SampleViewSet(ViewSet):
    icon = "view"
    menu_label = _("What mails look like")
    menu_order = 200

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", SampleListView.as_view(), name="index"),
            path("<str:name>/<slug:language>/", SampleLookView.as_view(), name="look"),
            path("<str:name>/<slug:language>/html/", SampleHTMLView.as_view(), name="html"),
        ]
