"""Which web origins may read the API (Fetch standard, CORS protocol).

Public routes answer `*` to everybody, whether an Origin was sent or not, so that one cached answer
fits all. Private routes answer the origins of the frontends through django-cors-headers.
Credentials are never allowed.
"""

from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cms.http.routes import is_public_api

_PUBLIC_METHODS = "GET, HEAD, OPTIONS"
_PUBLIC_REQUEST_HEADERS = "Accept, Content-Type, If-None-Match, X-Request-ID"


class ApiCorsMiddleware(CorsMiddleware):
    """django-cors-headers with `*` on the public routes."""

    sync_capable = True
    async_capable = False

    def check_preflight(self, request: HttpRequest) -> HttpResponseBase | None:
        if not is_public_api(request.path_info):
            return super().check_preflight(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return HttpResponse(status=204)
        return None

    def add_response_headers(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not is_public_api(request.path_info):
            return super().add_response_headers(request, response)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = ", ".join(settings.CORS_EXPOSE_HEADERS)
        if request.method == "OPTIONS":
            response["Access-Control-Allow-Methods"] = _PUBLIC_METHODS
            response["Access-Control-Allow-Headers"] = _PUBLIC_REQUEST_HEADERS
            response["Access-Control-Max-Age"] = str(settings.CORS_PREFLIGHT_MAX_AGE)
        return response
