"""The draft that an editor is looking at, in the shape that it will have when it is public."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.fields import ReadSerializer
from cms.api.openapi import PROBLEMS, PublicSchema, one_of
from cms.api.parameters import Parameters
from content.api.pages import page_types
from content.api.site import site_document
from content.api.views import PublicView
from content.models import EventPage, Navigation
from content.models.pages import SitePage
from content.preview import find_draft
from content.references import References
from content.serializers import SiteSerializer, TestimonialSerializer

_HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


class PreviewParameters(Parameters):
    content_type = serializers.CharField(
        help_text="As in the address of the preview: `content.eventpage`."
    )
    token = serializers.CharField(help_text="As in the address of the preview.")


class PreviewSchema(PublicSchema):
    def get_response_serializers(self) -> Any:
        return {**self.view.operation_responses(), **PROBLEMS}


class PagePreviewView(PublicView):
    """The draft that an editor is previewing. It has the shape of its type's detail, a navigation
    that of `/api/v2/site/`.

    What has never been saved has the `id` 0, and the addresses made of it lead nowhere. Whatever is
    wrong with a token, the answer is the same 404. Nothing of this may be cached.
    """

    schema = PreviewSchema()
    operation_tag = "previews"

    def operation_name(self, method: str, path: str) -> str:
        return "page_preview"

    def operation_parameters(self) -> list[type[Parameters]]:
        return [PreviewParameters]

    def operation_responses(self) -> dict[int, Any]:
        kinds = [page_type.serializer_class for page_type in page_types().values()]
        draft = one_of("Draft", [*kinds, TestimonialSerializer, SiteSerializer])
        return {200: draft}

    def get(self, request: Request) -> Response:
        values = PreviewParameters.read(request.GET)
        draft = find_draft(content_type=values["content_type"], token=values["token"])
        if draft is None:
            raise Http404
        return Response(represent_draft(draft, self.references))

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        final: Any = super().finalize_response(request, response, *args, **kwargs)
        for name, value in _HEADERS.items():
            final[name] = value
        return final


def represent_draft(draft: Any, references: References) -> dict[str, Any]:
    """What the public will read once ``draft`` is published: what it refers to has to be public."""
    if isinstance(draft, Navigation):
        return site_document(draft.locale.language_code, draft, references)
    if isinstance(draft, SitePage):
        _place(draft, references)
    serializer = _serializer_class(draft)(context={"references": references})
    serializer.collect(draft, references)
    references.load()
    return serializer.to_representation(draft)


def _serializer_class(draft: Any) -> type[ReadSerializer]:
    chosen: type[ReadSerializer] = getattr(draft, "serializer_class", TestimonialSerializer)
    return chosen


def _place(page: SitePage, references: References) -> None:
    """Landing pages have their language's root as address, whatever slug is typed for them."""
    for root in references.site.roots:
        if root.page_id == page.pk:
            page.url_path = root.url_path
    if isinstance(page, EventPage):
        # The tags are in memory, their names are not.
        prefetch_related_objects(list(page.tagged_items.all()), "tag")
