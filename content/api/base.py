"""The base of our Wagtail API v2 viewsets: strict parameters, constant queries, one list shape."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import F, Model, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api.v2.views import BaseAPIViewSet

from cms.api.fields import ReadSerializer
from cms.api.openapi import PublicSchema, list_of, one_of
from cms.api.parameters import Parameters
from cms.http.public_read import PublicReadMixin
from content.api.field_selection import (
    FieldsConfig,
    field_names,
    parse_fields,
    refuse_detail_fields,
    refuse_unknown_fields,
    select_fields,
)
from content.api.parameters import DetailParameters, ListParameters, PagingParameters
from content.public_site import PublicSite
from content.references import References
from content.search import matching


class PublicViewSet(PublicReadMixin, BaseAPIViewSet):
    """Anonymous lists and details of one model.

    Subclasses name their serializers and parameters and say in `get_queryset` what is public.
    """

    renderer_classes: Sequence[type[BaseRenderer]] = (JSONRenderer,)
    list_parameters_class: ClassVar[type[PagingParameters]] = ListParameters
    detail_parameters_class: ClassVar[type[Parameters]] = DetailParameters
    orders: ClassVar[dict[str, str]] = {}
    default_order: ClassVar[str] = "id"
    defaults_to_site_language: ClassVar[bool] = False
    # Wagtail's checks by name are replaced by the parameter classes.
    known_query_parameters: ClassVar[frozenset[str]] = frozenset()

    schema = PublicSchema()
    operation_tag: ClassVar[str]
    resource_name: ClassVar[str]

    def operation_name(self, method: str, path: str) -> str:
        """Unique name of the operation; the short paths are aliases of those of v2."""
        action = self.action.removesuffix("_view").replace("listing", "list")
        return f"{self.operation_tag}_{action}" + ("" if "/v2/" in path else "_short")

    def operation_parameters(self) -> list[type[Parameters]]:
        listing = self.action == "listing_view"
        return [self.list_parameters_class if listing else self.detail_parameters_class]

    def operation_responses(self) -> dict[int, Any]:
        kinds = [self.serializer_classes(model) for model in self.listed_models()]
        if self.action == "listing_view":
            return {200: list_of(self.resource_name, [listed for _whole, listed in kinds])}
        return {200: one_of(self.resource_name, [whole for whole, _listed in kinds])}

    @cached_property
    def now(self) -> datetime:
        """One moment per answer, so that an event is not both past and upcoming."""
        return timezone.now()

    @cached_property
    def references(self) -> References:
        return References(PublicSite.load(self.now))

    def get_queryset(self) -> QuerySet[Any]:
        raise NotImplementedError(f"{type(self).__name__} does not say what is public")

    def listing_view(self, request: Request) -> HttpResponseBase:
        values = self.list_parameters_class.read(request.GET)
        items, total = self.page_of_items(self.filtered(values), values)
        response = Response(
            {
                "meta": {"total_count": total},
                "items": self.represent_many(items, values.get("fields")),
            }
        )
        return self.with_lifetime(response)

    def detail_view(self, request: Request, pk: int) -> HttpResponseBase:
        values = self.detail_parameters_class.read(request.GET)
        instance = self.find_instance(pk)
        return self.with_lifetime(Response(self.represent_one(instance, values.get("fields"))))

    def find_instance(self, pk: int) -> Any:
        instance = self.prefetched(self.get_queryset().filter(pk=pk)).first()
        if instance is None:
            raise Http404
        return instance

    def filtered(self, values: dict[str, Any]) -> QuerySet[Any]:
        """What the parameters leave of the public objects."""
        queryset = self.get_queryset()
        if "locale" in values or self.defaults_to_site_language:
            queryset = self.filter_locale(queryset, values.get("locale", settings.LANGUAGE_CODE))
        if "search" in values:
            queryset = matching(queryset, values["search"], operator=values["search_operator"])
        return queryset

    def filter_locale(self, queryset: QuerySet[Any], locale: str) -> QuerySet[Any]:
        return queryset if locale == "*" else queryset.filter(locale__language_code=locale)

    def ordered(self, queryset: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        """By the asked field, then by id in the same direction, so that pages never overlap."""
        return in_order(queryset, values.get("order") or self.default_order, self.orders)

    def prefetched(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.select_related("locale")

    def page_of_items(
        self, queryset: QuerySet[Any], values: dict[str, Any]
    ) -> tuple[list[Any], int]:
        total = queryset.count()
        start = values["offset"]
        page = self.prefetched(self.ordered(queryset, values))[start : start + values["limit"]]
        return list(page) if values["limit"] else [], total

    def with_lifetime(self, response: Response) -> Response:
        """Say until when the answer holds, where that is known."""
        response.fresh_until = self.references.fresh_until  # type: ignore[attr-defined]
        return response

    def serializer_for(
        self, model: type[Model], config: FieldsConfig | None, *, detail: bool
    ) -> ReadSerializer:
        """A serializer cut to the `fields` that its type has; lists start from fewer."""
        whole, listed = self.serializer_classes(model)
        context = {"references": self.references, "request": self.request}
        if config is None:
            return (whole if detail else listed)(context=context)
        serializer = whole(context=context)
        for name in () if detail else whole.detail_only:
            del serializer.fields[name]
        defaults = field_names(serializer if detail else listed(context=context))
        select_fields(serializer, config, defaults)
        return serializer

    def serializer_classes(
        self, model: type[Model]
    ) -> tuple[type[ReadSerializer], type[ReadSerializer]]:
        """The serializer of the detail and the one of lists."""
        raise NotImplementedError(f"{type(self).__name__} has no serializers for {model.__name__}")

    def listed_models(self) -> Sequence[type[Model]]:
        """The types of object that a list may hold."""
        return [self.model]

    def fields_config(
        self, models: Iterable[type[Model]], fields: str | None
    ) -> FieldsConfig | None:
        """`fields`, parsed; what none of ``models`` has is an error."""
        if fields is None:
            return None
        config = parse_fields(fields)
        known = {name for m in models for name in field_names(self.serializer_classes(m)[0]())}
        refuse_unknown_fields(config, known)
        return config

    def represent_many(self, items: Iterable[Any], fields: str | None) -> list[Any]:
        items = list(items)
        config = self.fields_config(self.listed_models(), fields)
        whole = [self.serializer_classes(model)[0] for model in self.listed_models()]
        refuse_detail_fields(config or (), {name for one in whole for name in one.detail_only})
        # With `fields` those of every type are made, because that finds what is wrong in them.
        models = self.listed_models() if config else {type(item) for item in items}
        serializers = {model: self.serializer_for(model, config, detail=False) for model in models}
        for item in items:
            serializers[type(item)].collect(item, self.references)
        self.references.load()
        return [serializers[type(item)].to_representation(item) for item in items]

    def represent_one(self, instance: Any, fields: str | None = None) -> Any:
        config = self.fields_config([type(instance)], fields)
        serializer = self.serializer_for(type(instance), config, detail=True)
        serializer.collect(instance, self.references)
        self.references.load()
        return serializer.to_representation(instance)

    @classmethod
    def listing_only(cls) -> Callable[..., HttpResponseBase]:
        """The list as a view of its own, for the short paths."""
        view: Callable[..., HttpResponseBase] = cls.as_view({"get": "listing_view"})
        return view

    @classmethod
    def detail_only(cls) -> Callable[..., HttpResponseBase]:
        view: Callable[..., HttpResponseBase] = cls.as_view({"get": "detail_view"})
        return view


def in_order(queryset: QuerySet[Any], order: str, columns: Mapping[str, str]) -> QuerySet[Any]:
    """``queryset`` by ``order`` (``-starts_at``), then by id in the same direction.

    ``columns``: names of columns where they are not those of the orders.
    """
    name = order.removeprefix("-")
    # Only where there may be nothing: NULLS LAST keeps PostgreSQL from using a plain index.
    nulls_last = True if name == "first_published_at" else None
    column, tie = F(columns.get(name, name)), F("pk")
    if order.startswith("-"):
        return queryset.order_by(column.desc(nulls_last=nulls_last), tie.desc())
    return queryset.order_by(column.asc(nulls_last=nulls_last), tie.asc())
