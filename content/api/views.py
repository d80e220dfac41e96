"""The base of public reads that are not lists of a model."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from cms.http.public_read import PublicReadMixin
from content.public_site import PublicSite
from content.references import References


class PublicView(PublicReadMixin, APIView):
    """Anonymous, read only, with everything of one answer loaded together."""

    renderer_classes: Sequence[type[BaseRenderer]] = (JSONRenderer,)

    @cached_property
    def references(self) -> References:
        return References(PublicSite.load(timezone.now()))

    def answer(self, value: Any) -> Response:
        response = Response(value)
        response.fresh_until = self.references.fresh_until  # type: ignore[attr-defined]
        return response
