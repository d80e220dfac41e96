"""The visitor's language, for pages and the admin."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from cms.http.routes import ADMIN_PREFIX, is_api


class SiteLocaleMiddleware(LocaleMiddleware):
    """Django's, but the API speaks the default language whatever a browser prefers."""

    def process_request(self, request: HttpRequest) -> None:
        if is_api(request.path_info):
            # Threads are used again: without this the last request's language would go on.
            translation.activate(settings.LANGUAGE_CODE)
            return
        if request.path_info.startswith(ADMIN_PREFIX):
            # Django would speak the default here: pages have addresses in each language, and so it
            # takes one without a language for an English one. Who is signed in has chosen theirs.
            translation.activate(translation.get_language_from_request(request))
            request.LANGUAGE_CODE = translation.get_language()
            return
        super().process_request(request)

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if is_api(request.path_info):
            return response
        return super().process_response(request, response)
