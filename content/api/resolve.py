"""One call for a frontend's catch-all route: the page at a path, or where it went."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.fields import ReadSerializer
from cms.api.openapi import one_of
from cms.api.parameters import Parameters
from content.api.pages import PagesViewSet
from content.api.redirects import location_of, redirect_at
from content.serializers.pages import TypeNameField


class ResolveParameters(Parameters):
    path = serializers.CharField(
        max_length=2000, help_text="Path of the frontend with its language prefix, as /es/eventos/."
    )


class ResolvedRedirectSerializer(ReadSerializer):
    """Where the content at a path is now."""

    kind = TypeNameField("redirect")
    to = serializers.URLField()
    permanent = serializers.BooleanField()


class ResolveViewSet(PagesViewSet):
    """`GET /api/v2/resolve/?path=`: 200 with a page or a redirect, 404 for neither."""

    operation_tag = "pages"

    def operation_parameters(self) -> list[type[Parameters]]:
        return [ResolveParameters]

    def operation_responses(self) -> dict[int, Any]:
        pages = [self.serializer_classes(model)[0] for model in self.listed_models()]
        found = inline_serializer(
            "ResolvedPage", {"kind": TypeNameField("page"), "page": one_of("Page", pages)}
        )
        return {200: one_of("Resolved", [found, ResolvedRedirectSerializer])}

    def resolve_view(self, request: Request) -> Response:
        path = ResolveParameters.read(request.GET)["path"]
        page = self.page_at(path)
        if page is not None:
            self._prefetch_by_type([specific := page.specific])
            document = {"kind": "page", "page": self.represent_one(specific)}
            return self.with_lifetime(Response(document))
        redirect = redirect_at(path, self.references.site)
        if redirect is None:
            raise Http404
        return Response(
            {
                "kind": "redirect",
                "to": location_of(redirect, self.references.site),
                "permanent": redirect.is_permanent,
            }
        )
