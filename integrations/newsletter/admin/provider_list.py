"""The page *List at the provider*: whether it follows, what failed, and how it compares."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from cms.people_admin import user_of
from cms.personal_data_log import log_people
from integrations.newsletter.admin.access import ViewerItem, may, require
from integrations.newsletter.list_outbox import LIST_WAY, set_failed_aside, try_failed_again
from integrations.newsletter.models import (
    ListComparison,
    ListEntry,
    Subscriber,
    last_comparison,
)
from integrations.newsletter.providers import list_provider
from integrations.newsletter.states import State

NAMESPACE = "newsletter_list"
_FAILED_SHOWN = 50


class ListView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "newsletter/admin/provider_list.html"
    page_title = gettext_lazy("List at the provider")
    header_icon = "list-ul"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(request, "view")
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def post(self, request: HttpRequest) -> HttpResponse:
        require(request, "change")
        if "compare" in request.POST:
            if not ListComparison.objects.filter(state=ListComparison.State.WAITING).exists():
                ListComparison.enqueue()
            messages.success(request, _("The lists are being compared. Reload this page soon."))
        elif "try_now" in request.POST:
            LIST_WAY.probe_soon()
            messages.success(
                request, _("Tried within some seconds. Reload this page to see how it went.")
            )
        elif "try_failed" in request.POST:
            self._try_failed(request)
        elif "set_aside" in request.POST:
            set_failed_aside()
            messages.success(request, _("Set aside until something changes."))
        return redirect(reverse(f"{NAMESPACE}:index"))

    def _try_failed(self, request: HttpRequest) -> None:
        count = try_failed_again()
        text = ngettext(
            "%(count)d address is tried again.", "%(count)d addresses are tried again.", count
        )
        messages.success(request, text % {"count": count})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        provider = list_provider()
        comparing = ListComparison.objects.exclude(
            state__in=(ListComparison.State.DONE, ListComparison.State.CANCELLED)
        )
        return {
            **super().get_context_data(**kwargs),
            "provider": provider,
            "setting": settings.NEWSLETTER_PROVIDER,
            "channel": LIST_WAY.current(),
            "subscribed": Subscriber.objects.filter(state=State.CONFIRMED).count(),
            "waiting": ListEntry.objects.waiting().count(),
            "failed": self._failed() if provider else (),
            "failed_count": ListEntry.objects.failed().count(),
            "comparison": last_comparison(),
            "latest": comparing.order_by("-pk").first(),
            "may_change": may(self.request, "change"),
        }

    def _failed(self) -> list[ListEntry]:
        """With addresses, so it is logged who has seen which."""
        failed = list(ListEntry.objects.failed().order_by("-finished_at")[:_FAILED_SHOWN])
        if failed:
            addresses = [entry.canonical_address for entry in failed]
            people = Subscriber.objects.filter(canonical_email__in=addresses)
            ids, user = people.values_list("pk", flat=True), user_of(self.request)
            log_people(action="newsletter.list", model=Subscriber, ids=ids, user=user)
        return failed

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        label = _("List at the provider")
        return [*super().get_breadcrumbs_items(), {"url": "", "label": label}]


class ListViewSet(ViewSet):
    menu_label = gettext_lazy("List at the provider")
    menu_order = 300
    icon = "list-ul"
    menu_item_class = ViewerItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", ListView.as_view(), name="index")]
