"""The page *GitHub*: how the refresh stands, and a button to have it now."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import policy_registry

from cms.models import User
from integrations.github import budget, services
from integrations.github.models import Account, Budget, Contribution, Feed, Project, database_now
from integrations.github.pages import CORE, SEARCH
from integrations.github.refresh import FEEDS

NAMESPACE = "github_overview"
_KINDS = {CORE: _("Lists of repositories"), SEARCH: _("Searches for contributions")}


def may_see(request: HttpRequest) -> bool:
    """Whoever may do something about it: change projects, or accounts."""
    policies = [policy_registry.get_by_type(model) for model in (Project, Account)]
    return any(
        policy.user_has_any_permission(request.user, {"add", "change"}) for policy in policies
    )


def _may_change_accounts(request: HttpRequest) -> bool:
    policy = policy_registry.get_by_type(Account)
    return bool(policy.user_has_any_permission(request.user, {"add", "change"}))


class OverviewItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_see(request)


class OverviewView(TemplateView):
    template_name = "github/admin/overview.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_see(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "feeds": feed_rows(),
            "budgets": _budgets(),
            "blocked_until": budget.blocked_until(budget.EVERYTHING),
            "has_accounts": Account.objects.exists(),
            "may_change_accounts": _may_change_accounts(self.request),
            "accounts_url": reverse("github_accounts:index"),
            "refresh_url": reverse(f"{NAMESPACE}:refresh"),
            "breadcrumbs_items": [
                {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                {"url": "", "label": _("GitHub")},
            ],
            "header_title": _("GitHub"),
            "header_icon": "code",
        }


def feed_rows() -> list[dict[str, Any]]:
    """What a row of the table shows of each feed, asked for or not."""
    now = database_now()
    stored = {feed.name: feed for feed in Feed.objects.all()}
    counts = {
        Feed.Name.PROJECTS: Project.objects.present().count(),
        Feed.Name.CONTRIBUTIONS: Contribution.objects.count(),
    }
    return [
        {
            "name": name.value,
            "label": name.label,
            "feed": stored.get(name.value),
            "count": counts[name],
            "is_stale": _is_stale(stored.get(name.value), now),
            "is_running": _is_running(stored.get(name.value), now),
            **_state(stored.get(name.value), now, is_needed=FEEDS[name].is_needed()),
        }
        for name in Feed.Name
    ]


def _state(feed: Feed | None, now: datetime, *, is_needed: bool) -> dict[str, Any]:
    """In one or two words, and how the label of it looks."""
    if _is_running(feed, now):
        state = _("being refreshed now")
    elif feed and feed.requested_at:
        state = _("asked for")
    elif feed and feed.failure:
        state = _("failed")
    elif not is_needed:
        return {"state": _("not used"), "state_class": ""}
    elif feed and feed.fetched_at:
        return {"state": _("in order"), "state_class": "w-status--primary"}
    else:
        state = _("not fetched yet")
    return {"state": state, "state_class": ""}


def _is_running(feed: Feed | None, now: datetime) -> bool:
    return bool(feed and feed.lease_expires_at and feed.lease_expires_at > now)


def _is_stale(feed: Feed | None, now: datetime) -> bool:
    return bool(feed and feed.stale_at and feed.stale_at < now)


def _budgets() -> list[dict[str, Any]]:
    """What may be asked with the present token; without a time where it has begun anew."""
    now = database_now()
    rows = Budget.objects.filter(
        token_key=budget.token_key(), remaining__isnull=False, allowed__isnull=False
    )
    return [
        {
            "label": _KINDS.get(row.resource, row.resource),
            "remaining": row.remaining,
            "allowed": row.allowed,
            "resets_at": row.resets_at if row.resets_at and row.resets_at > now else None,
        }
        for row in rows.order_by("resource")
    ]


class RefreshView(View):
    """The button. Ten people may press it at once: it is refreshed once."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or not may_see(request):
            raise PermissionDenied
        services.refresh_now(user=user)
        text = _("A refresh begins in a moment. Reload this page to see how it went.")
        messages.success(request, text)
        return redirect(f"{NAMESPACE}:index")


class OverviewViewSet(ViewSet):
    icon = "code"
    menu_label = _("State")
    menu_order = 50
    menu_url_name = f"{NAMESPACE}:index"
    menu_item_class = OverviewItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", OverviewView.as_view(), name="index"),
            path("refresh/", RefreshView.as_view(), name="refresh"),
        ]
