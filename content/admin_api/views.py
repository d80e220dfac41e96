"""The routes that every kind of content has: lists, items, actions and revisions."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.admin_api.views import AdminAPIView
from cms.api.fields import ReadSerializer
from cms.api.openapi import list_of
from cms.api.parameters import Parameters
from cms.http.idempotency import Answer
from content import publishing
from content.admin_api.drafts import newest_versions
from content.admin_api.input.objects import InputSerializer
from content.admin_api.input.reading import Reading
from content.admin_api.openapi import ContentSchema
from content.admin_api.parameters import DetailParameters, WriteParameters
from content.admin_api.preconditions import item_etag
from content.admin_api.publication import Publication, in_state
from content.admin_api.references import EditorReferences
from content.admin_api.refusals import answered
from content.api.base import in_order
from content.public_site import PublicSite
from content.references import absolute_url
from content.search import matching


def plain(data: Any) -> Any:
    """``data`` as a client reads it."""
    return json.loads(JSONRenderer().render(data))


class ContentView(AdminAPIView):
    """What the routes of one kind of content have in common.

    Lists and filters go by what is in the database: of what is live, what visitors see.
    """

    schema = ContentSchema()
    model: ClassVar[type[Model]]
    kind: ClassVar[str]
    """As in the names of operations: ``event``."""
    operation_tag: ClassVar[str]
    summaries: ClassVar[dict[str, str]] = {}
    serializer_class: ClassVar[type[ReadSerializer]]
    list_serializer_class: ClassVar[type[ReadSerializer]]
    input_class: ClassVar[type[InputSerializer]]
    relations: ClassVar[tuple[str, ...]] = ()
    write_parameters_class: ClassVar[type[Parameters] | None] = None

    def operation_id(self, method: str) -> str:
        raise NotImplementedError

    def request_shape(self, method: str) -> Any:
        return None

    def response_shapes(self, method: str) -> Any:
        return {HTTPStatus.OK.value: self.serializer_class}

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def references(self) -> EditorReferences:
        return EditorReferences(PublicSite.load(self.now))

    def visible(self) -> QuerySet[Any]:
        """What the user may read the drafts of."""
        raise NotImplementedError

    def public(self) -> QuerySet[Any]:
        """What anybody may read, so that to refuse it tells nobody that it is there."""
        return self.model._default_manager.filter(live=True)

    def prefetched(self, queryset: QuerySet[Any], *, detail: bool) -> QuerySet[Any]:
        """``queryset`` with what an answer reads of each row."""
        return queryset.select_related("locale", "latest_revision")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """403 for who has nothing to do with this kind of content, whatever the method."""
        super().initial(request, *args, **kwargs)
        policy = policy_registry.get_by_type(self.model)
        if not policy.user_has_any_permission(self.user, {"add", "change", "publish", "delete"}):
            raise PermissionDenied

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """403 comes before 405, of an item too."""
        if "pk" in kwargs:
            with suppress(Http404):
                self.check_may(self.find(kwargs["pk"]))
        return super().http_method_not_allowed(request, *args, **kwargs)

    def check_may(self, row: Any) -> None:
        """Raise ``PermissionDenied`` for who may do nothing at this route."""

    def find(self, pk: int, *, for_writing: bool = False) -> Any:
        """The row, which nobody else changes meanwhile if it is ``for_writing``.

        What is not public, and whose draft the user may not read, is not there.
        """
        if for_writing:
            base: Any = Page if issubclass(self.model, Page) else self.model
            list(base._default_manager.select_for_update().filter(pk=pk).values_list("pk"))
        row = self.prefetched(self.visible().filter(pk=pk), detail=True).first()
        if row is not None:
            return row
        if self.public().filter(pk=pk).exists():
            raise PermissionDenied
        raise Http404

    def represent(
        self, versions: Sequence[Any], serializer_class: type[ReadSerializer]
    ) -> list[Any]:
        context = {
            "references": self.references,
            "publication": Publication.load(versions, user=self.user, now=self.now),
        }
        serializer = serializer_class(context=context)
        for version in versions:
            serializer.collect(version, self.references)
        self.references.load()
        return [serializer.to_representation(version) for version in versions]

    def current(self, row: Any) -> Any:
        """What a read of ``row`` answers now, of its newest version."""
        (version,) = newest_versions([row])
        return plain(self.represent([version], self.serializer_class)[0])

    def etag(self, body: Any, *parts: object) -> str:
        return item_etag(body, *parts)

    def answer(self, pk: int) -> Response:
        """The item as it has become."""
        body = self.current(self.find(pk))
        return self.item(body, etag=self.etag(body))

    def location(self, body: Any) -> str:
        return absolute_url(f"/api/admin/{self.operation_tag}/{body['id']}/")


class ContentListView(ContentView):
    """All that the user may change or publish."""

    orders: ClassVar[dict[str, str]] = {}
    default_order: ClassVar[str]
    write_parameters_class = WriteParameters

    def operation_id(self, method: str) -> str:
        return f"admin_{self.operation_tag}_{'list' if method == 'GET' else 'create'}"

    def request_shape(self, method: str) -> Any:
        return self.input_class if method == "POST" else None

    def response_shapes(self, method: str) -> Any:
        if method == "POST":
            return {HTTPStatus.CREATED.value: self.serializer_class}
        name = self.list_serializer_class.__name__.removesuffix("Serializer")
        return {HTTPStatus.OK.value: list_of(name, [self.list_serializer_class])}

    def filtered(self, values: dict[str, Any]) -> QuerySet[Any]:
        queryset = self.visible()
        if values["locale"] != "*":
            queryset = queryset.filter(locale__language_code=values["locale"])
        if "state" in values:
            queryset = queryset.filter(in_state(self.model, values["state"], self.now))
        if "search" in values:
            queryset = matching(queryset, values["search"], operator=values["search_operator"])
        return queryset

    def get(self, request: Request) -> Response:
        values = self.query()
        values.setdefault("locale", settings.LANGUAGE_CODE)
        order = values.get("order") or self.default_order
        rows = in_order(self.filtered(values), order, self.orders)
        return self.listing(
            self.prefetched(rows, detail=False),
            serialize=lambda page: self.represent(
                newest_versions(page), self.list_serializer_class
            ),
        )

    def post(self, request: Request) -> Response:
        publish = WriteParameters.read(request.query_params)["publish"]
        response = self.create_once(lambda: self._create(publish=publish), location=self.location)
        response["ETag"] = self.etag(plain(response.data))
        return response

    def _create(self, *, publish: bool) -> Answer:
        reading = Reading(user=self.user, references=self.references)
        shape = self.input_class()
        values = shape.read(self.request.data, reading)
        reading.check_choices()
        with answered(lambda problem: shape.pointer_to(problem.path, reading), reading.problems):
            created = self.create(values, reading, publish=publish)
        return Answer(HTTPStatus.CREATED, self.current(self.find(created.pk)))

    def create(self, values: dict[str, Any], reading: Reading, *, publish: bool) -> Any:
        """What was created of ``values``. Raises what `content.publishing` raises."""
        raise NotImplementedError


class ContentItemView(ContentView):
    """One item, as its newest revision says."""

    parameters_class = DetailParameters
    write_parameters_class = WriteParameters

    def operation_id(self, method: str) -> str:
        verb = {"GET": "read", "PATCH": "change", "DELETE": "delete"}[method]
        return f"admin_{self.operation_tag}_{verb}"

    def request_shape(self, method: str) -> Any:
        return self.input_class if method == "PATCH" else None

    def response_shapes(self, method: str) -> Any:
        if method == "DELETE":
            return {HTTPStatus.NO_CONTENT.value: None}
        return {HTTPStatus.OK.value: self.serializer_class}

    def get(self, request: Request, pk: int) -> Response:
        version = self.query()["version"]
        row = self.find(pk)
        if version == "live":
            if not row.live:
                raise Http404
            body = plain(self.represent([row], self.serializer_class)[0])
            # Who has read this has not read the draft that a write would change.
            others = ["live"] if row.has_unpublished_changes else []
            return self.item(body, etag=self.etag(body, *others))
        body = self.current(row)
        return self.item(body, etag=self.etag(body))

    def patch(self, request: Request, pk: int) -> Response:
        publish = WriteParameters.read(request.query_params)["publish"]
        row = self.find(pk, for_writing=True)
        current = self.current(row)
        self.require_match(self.etag(current))
        draft = row.get_latest_revision_as_object()
        reading = Reading(
            user=self.user,
            references=self.references,
            current=current,
            rows={
                name: publishing.stored_rows(instance=draft, name=name) for name in self.relations
            },
            blocks=list(draft.body.raw_data) if hasattr(draft, "body") else (),
        )
        shape = self.input_class()
        values = shape.read(request.data, reading, "", current)
        reading.check_choices()
        with answered(lambda problem: shape.pointer_to(problem.path, reading), reading.problems):
            if values or reading.problems:
                publishing.change(
                    instance=draft,
                    values=values,
                    user=self.user,
                    publish=publish,
                    refuse=bool(reading.problems),
                )
            elif publish:
                publishing.publish_latest(instance=row, user=self.user)
            elif not publishing.may_edit(row, self.user):
                raise PermissionDenied
        return self.answer(pk)

    def delete(self, request: Request, pk: int) -> HttpResponse:
        Parameters.read(request.query_params)
        row = self.find(pk, for_writing=True)
        self.require_match(self.etag(self.current(row)))
        with answered(lambda _problem: ""):
            publishing.delete(instance=row, user=self.user)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
