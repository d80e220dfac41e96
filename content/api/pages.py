"""All public pages, whatever their type."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Model, prefetch_related_objects
from django.http import Http404, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.encoding import uri_to_iri
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.models import Page, get_page_models
from wagtail.query import PageQuerySet

from cms.api.fields import ReadSerializer
from cms.api.openapi import FOUND
from cms.api.parameters import MAX_ID, IntegerParameter, Parameters
from cms.http.problems import QueryParameterError
from content.api.base import PublicViewSet
from content.api.parameters import ListParameters
from content.models.pages import SitePage
from content.serializers.pages import detail_url

PageModels = list[type[SitePage]]


def page_types() -> dict[str, type[SitePage]]:
    """The types of pages there are, by their name in `meta.type`."""
    return {m._meta.label: m for m in get_page_models() if issubclass(m, SitePage)}


class IdParameter(IntegerParameter):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, min_value=1, max_value=MAX_ID, **kwargs)


class PageListParameters(ListParameters):
    type = serializers.CharField(
        required=False, max_length=200, help_text="As in `meta.type`; several with a comma."
    )
    child_of = IdParameter(help_text="Id of a page: its children.")
    descendant_of = IdParameter(help_text="Id of a page: everything below it.")
    ancestor_of = IdParameter(help_text="Id of a page: everything above it.")
    translation_of = IdParameter(help_text="Id of a page: its other languages.")
    slug = serializers.CharField(required=False, max_length=255)
    order = serializers.ChoiceField(
        required=False,
        choices=[
            "id",
            "-id",
            "title",
            "-title",
            "first_published_at",
            "-first_published_at",
        ],
        help_text="Default: id.",
    )

    def validate_type(self, value: str) -> PageModels:
        known = page_types()
        names = value.split(",")
        if unknown := sorted(set(names) - set(known)):
            message = _("There is no type %(names)s. There are: %(known)s.")
            raise serializers.ValidationError(
                message % {"names": ", ".join(unknown), "known": ", ".join(sorted(known))},
                code="unknown",
            )
        return [known[name] for name in names]


class FindParameters(Parameters):
    html_path = serializers.CharField(
        max_length=2000, help_text="Path of a page on the frontend, in any language."
    )


class PublicPagesViewSet(PublicViewSet, PagesAPIViewSet):
    """Base of every list of pages."""

    model: type[Page] = Page
    default_order = "id"
    orders: ClassVar[dict[str, str]] = {"id": "pk"}

    def get_queryset(self) -> PageQuerySet:
        return self.references.site.pages(self.model._default_manager.all())

    def prefetched(self, queryset: PageQuerySet) -> PageQuerySet:
        return super().prefetched(queryset).prefetch_related(*self.prefetch_names(self.model))

    def prefetch_names(self, model: type[Model]) -> tuple[Any, ...]:
        """What the answer reads of each object; a list that names its fields may read all of it."""
        listed = self.action == "listing_view" and "fields" not in self.request.GET
        names: tuple[Any, ...] = getattr(model, "list_prefetch" if listed else "prefetch", ())
        return names

    def serializer_classes(
        self, model: type[Model]
    ) -> tuple[type[ReadSerializer], type[ReadSerializer]]:
        page_model: Any = model
        return page_model.serializer_class, page_model.list_serializer_class


class PagesViewSet(PublicPagesViewSet):
    """Pages of every type, each in the shape of its type."""

    list_parameters_class = PageListParameters
    operation_tag = "pages"
    resource_name = "Page"

    def listed_models(self) -> PageModels:
        return list(page_types().values())

    def operation_parameters(self) -> list[type[Parameters]]:
        return [FindParameters] if self.action == "find_view" else super().operation_parameters()

    def operation_responses(self) -> dict[int, Any]:
        return FOUND if self.action == "find_view" else super().operation_responses()

    def get_queryset(self) -> PageQuerySet:
        pages: PageQuerySet = super().get_queryset()
        return pages.type(*page_types().values())

    def filtered(self, values: dict[str, Any]) -> PageQuerySet:
        queryset: PageQuerySet = super().filtered(values)
        if "type" in values:
            queryset = queryset.type(*values["type"])
        if "slug" in values:
            queryset = queryset.filter(slug=values["slug"])
        for name, narrow in _RELATIONS.items():
            if name in values:
                queryset = narrow(queryset, self._named_page(name, values[name]))
        return queryset

    def _named_page(self, parameter: str, page_id: int) -> Page:
        page = self.get_queryset().filter(pk=page_id).first()
        if page is None:
            message = _("There is no public page with this id.")
            raise QueryParameterError(parameter, "not_found", message)
        return page

    def prefetched(self, queryset: PageQuerySet) -> PageQuerySet:
        return super().prefetched(queryset).specific()

    def page_of_items(
        self, queryset: PageQuerySet, values: dict[str, Any]
    ) -> tuple[list[Any], int]:
        items, total = super().page_of_items(queryset, values)
        self._prefetch_by_type(items)
        return items, total

    def find_instance(self, pk: int) -> Any:
        instance = super().find_instance(pk)
        self._prefetch_by_type([instance])
        return instance

    def _prefetch_by_type(self, items: list[Any]) -> None:
        for model in {type(item) for item in items}:
            same = [item for item in items if type(item) is model]
            prefetch_related_objects(same, "locale", *self.prefetch_names(model))

    def find_view(self, request: Request) -> HttpResponseBase:
        """302 to the detail of the page at `html_path`, with the other parameters."""
        query = request.GET.copy()
        values = FindParameters.read(_only(query, "html_path"))
        page = self.page_at(values["html_path"])
        if page is None:
            raise Http404
        query.pop("html_path")
        rest = query.urlencode()
        url = detail_url(page.specific_class, page.pk)
        return HttpResponseRedirect(f"{url}?{rest}" if rest else url)

    def page_at(self, html_path: str) -> Page | None:
        """The public page at a path of the frontend, percent-encoded or not, without its query."""
        url_path = self.references.site.url_path_of(uri_to_iri(html_path.partition("?")[0]))
        if url_path is None:
            return None
        return self.get_queryset().filter(url_path=url_path).first()

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        return [
            path("", cls.listing_only(), name="listing"),
            path("<int:pk>/", cls.detail_only(), name="detail"),
            path("find/", cls.as_view({"get": "find_view"}), name="find"),
        ]


def _only(query: Any, name: str) -> Any:
    """``query`` with nothing but one parameter; the others are for the page found."""
    chosen = query.copy()
    for other in set(chosen) - {name}:
        del chosen[other]
    return chosen


_RELATIONS: dict[str, Callable[[Any, Page], Any]] = {
    "child_of": lambda pages, page: pages.child_of(page),
    "descendant_of": lambda pages, page: pages.descendant_of(page),
    "ancestor_of": lambda pages, page: pages.ancestor_of(page),
    "translation_of": lambda pages, page: pages.translation_of(page),
}
