"""The redirects that editors made and that moved pages left behind."""

from typing import Any, ClassVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.api.fields import ReadSerializer
from cms.api.openapi import FOUND
from cms.api.parameters import Parameters
from content.api.base import PublicViewSet
from content.api.parameters import PagingParameters
from content.public_site import PublicSite
from content.references import absolute_url


def public_redirects(site: PublicSite) -> QuerySet[Redirect]:
    """Redirects of the site whose target is an address or a public page."""
    target = Q(redirect_page__isnull=True) & ~Q(redirect_link="")
    target |= Q(redirect_page__in=site.pages(Page.objects.all()).values("pk"))
    return Redirect.objects.filter(
        target, Q(site__isnull=True) | Q(site__is_default_site=True)
    ).select_related("redirect_page")


def redirect_at(path: str, site: PublicSite) -> Redirect | None:
    """The redirect from ``path``; one with the same query string wins over one without."""
    try:
        with_query = str(Redirect.normalise_path(path))
    except ValueError:
        # "//[" and the like are no address at all.
        return None
    without = with_query.split("?", 1)[0]
    found = public_redirects(site).filter(old_path__in={with_query, without})
    return max(found, key=lambda one: (one.old_path == with_query, bool(one.site_id)), default=None)


def location_of(redirect: Redirect, site: PublicSite) -> str:
    """The absolute address that ``redirect`` leads to."""
    if redirect.redirect_page is None:
        link = str(redirect.redirect_link)
        return site.base_url + link if link.startswith("/") else link
    address = site.html_url(redirect.redirect_page.url_path) or site.base_url
    route = redirect.redirect_page_route_path
    return address.rstrip("/") + route if route else address


class RedirectMetaSerializer(ReadSerializer):
    type = serializers.SerializerMethodField()
    detail_url = serializers.SerializerMethodField()

    def get_type(self, redirect: Redirect) -> str:
        return str(redirect._meta.label)

    def get_detail_url(self, redirect: Redirect) -> str:
        return absolute_url(f"/api/v2/redirects/{redirect.pk}/")


class RedirectSerializer(ReadSerializer):
    """A path that leads elsewhere now."""

    id = serializers.IntegerField()
    meta = RedirectMetaSerializer(source="*")
    old_path = serializers.CharField()
    location = serializers.SerializerMethodField()

    def get_location(self, redirect: Redirect) -> str:
        return location_of(redirect, self.references.site)


class RedirectListParameters(PagingParameters):
    order = serializers.ChoiceField(required=False, choices=["id", "-id", "old_path", "-old_path"])


class RedirectFindParameters(Parameters):
    html_path = serializers.CharField(max_length=2000)


class RedirectsViewSet(PublicViewSet):
    """Redirects, and the one for a path."""

    model = Redirect
    list_parameters_class = RedirectListParameters
    orders: ClassVar[dict[str, str]] = {"id": "pk"}
    operation_tag = "redirects"
    resource_name = "Redirect"

    def operation_parameters(self) -> list[type[Parameters]]:
        finding = self.action == "find_view"
        return [RedirectFindParameters] if finding else super().operation_parameters()

    def operation_responses(self) -> dict[int, Any]:
        return FOUND if self.action == "find_view" else super().operation_responses()

    def get_queryset(self) -> QuerySet[Any]:
        return public_redirects(self.references.site)

    def prefetched(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset

    def serializer_classes(
        self, model: type[Model]
    ) -> tuple[type[ReadSerializer], type[ReadSerializer]]:
        return RedirectSerializer, RedirectSerializer

    def find_view(self, request: Request) -> HttpResponseBase:
        """302 to the detail of the redirect from `html_path`."""
        html_path = RedirectFindParameters.read(request.GET)["html_path"]
        redirect = redirect_at(html_path, self.references.site)
        if redirect is None:
            raise Http404
        return HttpResponseRedirect(absolute_url(f"/api/v2/redirects/{redirect.pk}/"))

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        return [
            path("", cls.listing_only(), name="listing"),
            path("<int:pk>/", cls.detail_only(), name="detail"),
            path("find/", cls.as_view({"get": "find_view"}), name="find"),
        ]
