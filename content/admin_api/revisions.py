"""The versions of an item: list, one of them, and making one the newest draft again."""

import json
from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Revision

from cms.admin_api.preconditions import state_etag
from cms.api.openapi import list_of
from cms.api.parameters import LimitAndOffset, Parameters
from cms.http.problems import InvalidBodyError
from content import publishing
from content.admin_api.drafts import version_of
from content.admin_api.input.actions import NothingInput
from content.admin_api.input.reading import Reading
from content.admin_api.refusals import answered
from content.admin_api.serializers import RevisionSerializer
from content.admin_api.views import ContentView, plain


class RevisionsView(ContentView):
    """Base: the revisions of one item, newest first."""

    def revisions(self, row: Any) -> QuerySet[Revision]:
        revisions: QuerySet[Revision] = row.revisions.select_related("user")
        return revisions.order_by("-created_at", "-pk")

    def revision(self, row: Any, revision_id: int) -> Revision:
        found = self.revisions(row).filter(pk=revision_id).first()
        if found is None:
            raise Http404
        return found

    def shown(self, row: Any, revisions: list[Revision]) -> list[Any]:
        context = {"row": row}
        return [RevisionSerializer(revision, context=context).data for revision in revisions]


class RevisionListView(RevisionsView):
    parameters_class = LimitAndOffset
    summaries: ClassVar[dict[str, str]] = {"GET": "List the revisions, newest first"}

    def operation_id(self, method: str) -> str:
        return f"admin_{self.operation_tag}_revisions"

    def response_shapes(self, method: str) -> Any:
        return {HTTPStatus.OK.value: list_of("Revision", [RevisionSerializer])}

    def get(self, request: Request, pk: int) -> Response:
        row = self.find(pk)
        return self.listing(self.revisions(row), serialize=lambda page: self.shown(row, page))


class RevisionView(RevisionsView):
    summaries: ClassVar[dict[str, str]] = {"GET": "Read a revision, with what it says"}

    def operation_id(self, method: str) -> str:
        return f"admin_{self.operation_tag}_revision"

    def response_shapes(self, method: str) -> Any:
        return {HTTPStatus.OK.value: _with_item(self.kind, self.serializer_class)}

    def get(self, request: Request, pk: int, revision_id: int) -> Response:
        self.query()
        row = self.find(pk)
        revision = self.revision(row, revision_id)
        version = version_of(row, revision.content)
        (item,) = self.represent([version], self.serializer_class)
        body = plain({**self.shown(row, [revision])[0], "item": item})
        return self.item(body, etag=state_etag(json.dumps(body, sort_keys=True)))


class RestoreView(RevisionsView):
    """The item answered is the draft that the revision has become."""

    summaries: ClassVar[dict[str, str]] = {"POST": "Make a revision the newest draft"}

    def operation_id(self, method: str) -> str:
        return f"admin_{self.operation_tag}_restore"

    def post(self, request: Request, pk: int, revision_id: int) -> Response:
        Parameters.read(request.query_params)
        row = self.find(pk, for_writing=True)
        self.require_match(self.etag(self.current(row)))
        reading = Reading(user=self.user, references=self.references)
        NothingInput().read(request.data, reading)
        if reading.problems:
            raise InvalidBodyError(reading.problems)
        revision = self.revision(row, revision_id)
        with answered(lambda _problem: ""):
            publishing.restore(instance=row, revision=revision, user=self.user)
        return self.answer(pk)


_shapes: dict[str, Any] = {}


def _with_item(kind: str, serializer_class: Any) -> Any:
    """A revision with the item as it says; made once, because a component has one class."""
    if kind not in _shapes:
        name = f"{kind.capitalize()}RevisionSerializer"
        _shapes[kind] = type(name, (RevisionSerializer,), {"item": serializer_class()})
    return _shapes[kind]
