"""Pages of our own for visitors without JavaScript and for links in mails.

They need no cookie and nothing from a third party. Nobody is signed in here, so there is nothing
that another site could have a browser do in somebody's name.
"""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic.base import ContextMixin, TemplateResponseMixin, View

from cms.site_name import site_name

LARGEST_BODY = 64 * 1024


def page_language(request: HttpRequest) -> str:
    """The language that the address asks for (``?locale=es``), else what the browser prefers."""
    asked = request.GET.get("locale", "")
    if asked in dict(settings.LANGUAGES):
        return asked
    return translation.get_language_from_request(request)


def frontend_target(text: str) -> str | None:
    """``text`` if it is an address within `FRONTEND_URL`, a path there included; else None."""
    if not text or len(text) > 2000 or "\\" in text or any(ord(c) <= 32 for c in text):
        return None
    target = f"{settings.FRONTEND_URL}{text}" if _is_path(text) else text
    try:
        given, base = urlsplit(target), urlsplit(settings.FRONTEND_URL)
        same_place = (given.scheme, given.netloc) == (base.scheme, base.netloc)
    except ValueError:
        return None
    path = base.path.rstrip("/")
    within = given.path == path or given.path.startswith(f"{path}/")
    return target if same_place and within and ".." not in given.path.split("/") else None


def _is_path(text: str) -> bool:
    return text.startswith("/") and not text.startswith("//")


def see_other(target: str) -> HttpResponse:
    """To what came of a form, so that loading the page again does nothing again."""
    response = HttpResponseRedirect(target)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def see_own_page(request: HttpRequest, language: str, **query: str) -> HttpResponse:
    """To the page itself, which says in words what happened and, if it was asked to, where to go
    on: a redirect to ``next`` would tell nobody anything.
    """
    asked = request.GET.copy()
    if frontend_target(asked.get("next", "")) is None:
        asked.pop("next", None)
    for name, value in {**query, "locale": language}.items():
        asked[name] = value
    return see_other(f"{request.path}?{asked.urlencode()}")


@method_decorator(csrf_exempt, name="dispatch")
class PlainPageView(TemplateResponseMixin, ContextMixin, View):
    """Base of a page: its language, how large a form may be, and who may keep it (nobody)."""

    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.language = page_language(request)
        translation.activate(self.language)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or len(length) > 9 or int(length) > LARGEST_BODY:
            return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        patch_vary_headers(response, ["Accept-Language"])
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        languages = [
            (code, name, self.address_in(code))
            for code, name in settings.LANGUAGES
            if code != self.language
        ]
        return super().get_context_data(
            **kwargs,
            language=self.language,
            other_languages=languages,
            site_name=site_name(),
            home_url=frontend_target(self.request.GET.get("next", "")) or settings.FRONTEND_URL,
        )

    def address_in(self, language: str) -> str:
        """This page in another language, with whatever else its address says."""
        query = self.request.GET.copy()
        query["locale"] = language
        return f"{self.request.path}?{query.urlencode()}"
