"""Public reads of what was got from GitHub. Nothing here waits for GitHub or asks it anything."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cms.api.fields import ReadSerializer
from cms.api.openapi import PublicSchema, list_of
from cms.api.parameters import Parameters
from cms.api.words import folded_words
from cms.http.public_read import PublicReadMixin
from cms.pictures import NoPictures, load_pictures
from integrations.github.api.parameters import (
    DEFAULT_CONTRIBUTION_ORDER,
    DEFAULT_PROJECT_ORDER,
    ContributionListParameters,
    ProjectListParameters,
)
from integrations.github.api.serializers import (
    ContributionSerializer,
    FeedMetaSerializer,
    ProjectSerializer,
)
from integrations.github.models import Contribution, Feed, Project

_MOST_WORDS = 10
_NAME = {"type": "string", "pattern": "^[A-Za-z0-9_.-]+$"}


class FeedView(PublicReadMixin, APIView):
    """The base of both lists: two queries for the list, one for its state, some for pictures."""

    renderer_classes: Sequence[type[BaseRenderer]] = (JSONRenderer,)
    schema = PublicSchema()
    operation_tag: ClassVar[str]
    resource_name: ClassVar[str]
    feed: ClassVar[str]
    parameters_class: ClassVar[type[Parameters]]
    serializer_class: ClassVar[type[ReadSerializer]]

    def operation_name(self, method: str, path: str) -> str:
        return f"{self.operation_tag}_list"

    def operation_parameters(self) -> list[type[Parameters]]:
        return [self.parameters_class]

    def operation_responses(self) -> dict[int, Any]:
        return {200: list_of(self.resource_name, [self.serializer_class], FeedMetaSerializer)}

    def matching(self, values: dict[str, Any]) -> QuerySet[Any]:
        """What the parameters leave, without an order."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it lists")

    def ordered(self, queryset: QuerySet[Any], order: str | None) -> QuerySet[Any]:
        raise NotImplementedError(f"{type(self).__name__} does not say in which order")

    def get(self, request: Request) -> Response:
        values = self.parameters_class.read(request.GET)
        found = self.matching(values)
        total, start = found.count(), values["offset"]
        page = self.ordered(found, values.get("order"))[start : start + values["limit"]]
        items = list(page) if values["limit"] else []
        state, fresh_until = _state(self.feed)
        meta = FeedMetaSerializer().to_representation({"total_count": total, **state})
        response = Response({"meta": meta, "items": represent(self.serializer_class, items)})
        response.fresh_until = fresh_until  # type: ignore[attr-defined]
        return response


class ProjectsView(FeedView):
    """Repositories of the configured accounts, in the editors' order, then by stars."""

    operation_tag = "projects"
    resource_name = "Project"
    feed = Feed.Name.PROJECTS
    parameters_class = ProjectListParameters
    serializer_class = ProjectSerializer

    def matching(self, values: dict[str, Any]) -> QuerySet[Any]:
        queryset = Project.objects.visible()
        for name in ("language", "owner"):
            if name in values:
                queryset = queryset.filter(**{f"{name}__iexact": values[name]})
        if "featured" in values:
            queryset = queryset.filter(is_featured=values["featured"])
        if "topic" in values:
            queryset = queryset.filter(topics__contains=[values["topic"].lower()])
        return _searched(queryset, values["search"]) if "search" in values else queryset

    def ordered(self, queryset: QuerySet[Any], order: str | None) -> QuerySet[Any]:
        order = order or DEFAULT_PROJECT_ORDER
        if order == DEFAULT_PROJECT_ORDER:
            return queryset.in_editors_order()  # type: ignore[attr-defined]
        column = F(order.removeprefix("-"))
        if order.startswith("-"):
            return queryset.order_by(column.desc(nulls_last=True), "-pk")
        return queryset.order_by(column.asc(nulls_last=True), "pk")


class ProjectView(PublicReadMixin, APIView):
    """One repository, by its names in any case."""

    renderer_classes: Sequence[type[BaseRenderer]] = (JSONRenderer,)
    schema = PublicSchema()
    operation_tag = "projects"

    def operation_name(self, method: str, path: str) -> str:
        return "projects_detail"

    def operation_parameters(self) -> list[OpenApiParameter]:
        return [OpenApiParameter(name, _NAME, OpenApiParameter.PATH) for name in ("owner", "name")]

    def operation_responses(self) -> dict[int, Any]:
        return {200: ProjectSerializer}

    def get(self, request: Request, owner: str, name: str) -> Response:
        Parameters.read(request.GET)
        # After a rename two rows may have had the name; the newest has it now.
        rows = Project.objects.visible().filter(owner__iexact=owner, name__iexact=name)
        project = rows.order_by("-pk").first()
        if project is None:
            raise Http404
        (item,) = represent(ProjectSerializer, [project])
        return Response(item)


class ContributionsView(FeedView):
    """Pull requests and issues by the configured people, the newest first."""

    operation_tag = "contributions"
    resource_name = "Contribution"
    feed = Feed.Name.CONTRIBUTIONS
    parameters_class = ContributionListParameters
    serializer_class = ContributionSerializer

    def matching(self, values: dict[str, Any]) -> QuerySet[Any]:
        conditions = {name: values[name] for name in ("type", "state") if name in values}
        for name in ("repository", "author"):
            if name in values:
                conditions[f"{name}_key"] = values[name].lower()
        for name, lookup in (("created_after", "gte"), ("created_before", "lt")):
            if name in values:
                conditions[f"created_at__{lookup}"] = values[name]
        return Contribution.objects.filter(**conditions)

    def ordered(self, queryset: QuerySet[Any], order: str | None) -> QuerySet[Any]:
        order = order or DEFAULT_CONTRIBUTION_ORDER
        return queryset.order_by(order, "-pk" if order.startswith("-") else "pk")


def represent(serializer_class: type[ReadSerializer], items: list[Any]) -> list[Any]:
    """``items`` as JSON, with all their pictures loaded together."""
    wanted = _WantedImages()
    serializer = serializer_class(context={"references": wanted})
    for item in items:
        serializer.collect(item, wanted)
    pictures = load_pictures(wanted.ids)
    serializer = serializer_class(context={"references": pictures})
    return [serializer.to_representation(item) for item in items]


class _WantedImages(NoPictures):
    """Collects ids, so that where no image is wanted nothing is loaded for them."""

    def __init__(self) -> None:
        self.ids: list[int] = []

    def want_image(self, image_id: Any) -> None:
        if image_id is not None:
            self.ids.append(image_id)


def _state(feed: str) -> tuple[dict[str, Any], Any]:
    """How new a feed is, and until when that stays true by itself."""
    row = Feed.objects.filter(pk=feed).first()
    if row is None:
        return {"fetched_at": None, "next_refresh_at": None, "stale": False}, None
    is_stale = row.stale_at is not None and row.stale_at < timezone.now()
    state = {
        "fetched_at": row.fetched_at,
        "next_refresh_at": row.next_refresh_at,
        "stale": is_stale,
    }
    return state, None if is_stale else row.stale_at


def _searched(queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
    """What has every word of ``text`` as the beginning of a word."""
    words = folded_words(text)[:_MOST_WORDS]
    if not words:
        return queryset.none()
    for word in words:
        queryset = queryset.filter(search_text__contains=f" {word}")
    return queryset
