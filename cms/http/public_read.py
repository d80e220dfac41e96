"""The base of every public read endpoint: anonymous, JSON whatever is accepted, no transaction."""

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from rest_framework.views import APIView

from cms.http.negotiation import FirstRendererNegotiation
from cms.http.problem_mapping import drf_exception_handler


class PublicReadMixin(APIView):
    """Comes before a REST framework or Wagtail API v2 view class in the list of bases."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    content_negotiation_class = FirstRendererNegotiation

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> Any:
        """The view without ATOMIC_REQUESTS: a read needs no transaction."""
        return transaction.non_atomic_requests(super().as_view(*args, **kwargs))

    def handle_exception(self, exc: Exception) -> Any:
        """A problem document; Wagtail's viewsets would answer {"message": …} by themselves."""
        response = drf_exception_handler(exc, self.get_exception_handler_context())
        return super().handle_exception(exc) if response is None else response

    def get_renderer_context(self) -> dict[str, Any]:
        """Wagtail indents its JSON by four blanks, half of the size of a list."""
        return {**super().get_renderer_context(), "indent": None}

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The methods there are; REST framework's description of the view is no part of the API."""
        headers = {"Allow": ", ".join(self.allowed_methods)}
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=headers)
