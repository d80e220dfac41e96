"""One call for a frontend's catch-all route: the page at a path, or where it went."""

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from content.api.pages import PagesViewSet
from content.api.parameters import Parameters
from content.api.redirects import location_of, redirect_at


class ResolveParameters(Parameters):
    path = serializers.CharField(
        max_length=2000, help_text="Path of the frontend with its language prefix, as /es/eventos/."
    )


class ResolveViewSet(PagesViewSet):
    """`GET /api/v2/resolve/?path=`: 200 with a page or a redirect, 404 for neither."""

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
