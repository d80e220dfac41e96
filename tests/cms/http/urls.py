"""The project's routes and a few whose only purpose is to fail or to answer in one way."""

import itertools
import time
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import DataError, OperationalError, connection
from django.db.transaction import non_atomic_requests
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.utils import timezone, translation
from django.views.decorators.http import require_GET
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from wagtail.api.v2.utils import BadRequestError
from wagtail.api.v2.views import PagesAPIViewSet

from cms import urls as project_urls
from cms.http.problems import QueryParameterError
from cms.http.public_read import PublicReadMixin

handler400 = project_urls.handler400
handler403 = project_urls.handler403
handler404 = project_urls.handler404
handler500 = project_urls.handler500

NEVER_RIGHT = "Never right."
FAILURES: dict[str, Exception] = {
    "404": Http404(),
    "403": PermissionDenied(),
    "400": SuspiciousOperation("secret"),
    "401": NotAuthenticated(),
    "429": Throttled(wait=6.2),
    "503": OperationalError("server closed the connection: secret"),
    "data": DataError("secret"),
    "wagtail": BadRequestError("limit must be a positive integer"),
    "validation": ValidationError({"ends_at": ["Ends before it starts."]}),
    "query": QueryParameterError.combined(
        [
            QueryParameterError("limit", "invalid", "Not a number."),
            QueryParameterError("nope", "unknown", "Not known."),
        ]
    ),
    "500": RuntimeError("secret"),
}


class EchoView(PublicReadMixin):
    """What a public view gets to see."""

    def get(self, request: Request) -> Response:
        return Response(
            {
                "cookies": request.COOKIES,
                "authorization": request.headers.get("Authorization"),
                "user": str(request.user),
                "in_transaction": connection.in_atomic_block,
                "language": translation.get_language(),
            }
        )


class QueryView(PublicReadMixin):
    """Asks the database."""

    def get(self, request: Request) -> Response:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return Response({})


class FailingView(PublicReadMixin):
    """Raises by name, inside REST framework."""

    def get(self, request: Request, name: str) -> Response:
        raise FAILURES[name]


class FailingPages(PublicReadMixin, PagesAPIViewSet):
    """Raises inside a Wagtail viewset, which has an exception handling of its own."""

    def listing_view(self, request: Request) -> Response:
        raise FAILURES[request.GET["name"]]


class Sessions(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=3)


class EventInput(serializers.Serializer[Any]):
    email = serializers.EmailField()
    sessions = Sessions(many=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        raise serializers.ValidationError(NEVER_RIGHT)


class InputView(APIView):
    """Validates a nested body."""

    def post(self, request: Request) -> Response:
        EventInput(data=request.data).is_valid(raise_exception=True)
        return Response()


@require_GET
def failing_plain_view(request: HttpRequest, name: str) -> HttpResponse:
    raise FAILURES[name]


@non_atomic_requests
def temporary(request: HttpRequest, seconds: int) -> HttpResponse:
    response = JsonResponse({"seconds": seconds})
    response.fresh_until = timezone.now() + timedelta(seconds=seconds, milliseconds=500)  # type: ignore[attr-defined]
    return response


_numbers = itertools.count(1)


@non_atomic_requests
def counted(request: HttpRequest) -> HttpResponse:
    """Another body each time it is made, and long enough to be compressed."""
    seconds = float(request.GET.get("seconds", "0"))
    time.sleep(seconds)
    status = int(request.GET.get("status", "200"))
    body = {"made": next(_numbers), "text": "ñ" * 1000}
    return JsonResponse(body, status=status, headers={"Link": "</api/schema/>; rel=service-desc"})


@non_atomic_requests
def with_cookie(request: HttpRequest) -> HttpResponse:
    response = counted(request)
    response.set_cookie("visitor", "1")
    return response


@non_atomic_requests
def unstored(request: HttpRequest) -> HttpResponse:
    return JsonResponse({}, headers={"Cache-Control": "private, no-store"})


@non_atomic_requests
def varied(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"text": "ñ"}, headers={"Vary": "Cookie, Accept"})


def body_length(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"length": len(request.body)})


def address_of_caller(request: HttpRequest) -> HttpResponse:
    return HttpResponse("page")


api_urlpatterns = [
    path("test/echo/", EchoView.as_view()),
    path("test/query/", QueryView.as_view()),
    path("test/fail/<str:name>", FailingView.as_view()),
    path("test/pages/", FailingPages.as_view({"get": "listing_view"})),
    path("test/input/", InputView.as_view()),
    path("test/plain/<str:name>/", failing_plain_view),
    path("test/temporary/<int:seconds>/", temporary),
    path("test/unstored/", unstored),
    path("test/counted/", counted),
    path("test/with-cookie/", with_cookie),
    path("test/varied/", varied),
    path("test/next.js", varied),
    path("test/length/", body_length),
    path("admin/test/", varied),
    path("admin/length/", body_length),
    path("contact", body_length),
]

urlpatterns = [
    path("api/", include(api_urlpatterns)),
    path("test-page/", address_of_caller),
    path("test-failure/<str:name>/", failing_plain_view),
    *project_urls.urlpatterns,
]
