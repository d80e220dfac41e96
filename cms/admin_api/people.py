"""What people have told us, in the admin API: listed, read, brought to another state, erased.

Each look is in the log, as in the admin. Who may what is Wagtail's permissions for the model.
"""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.permissions import policy_registry

from cms.admin_api.views import AdminAPIView
from cms.api.parameters import InstantParameter, LimitAndOffset, RepeatableField, SearchParameter
from cms.personal_data_log import log_people

_OF_READERS = frozenset({"is_unread"})
"""What tells of who has read it, and so may have changed by being read."""
_ACTIONS = {
    "GET": ("view", "change", "delete"),
    "HEAD": ("view", "change", "delete"),
    "PATCH": ("change",),
    "DELETE": ("delete",),
}


def state_parameter(choices: Iterable[Any]) -> RepeatableField:
    """``state``, given once or several times."""
    return RepeatableField(child=serializers.ChoiceField(choices=list(choices)), required=False)


class PeopleParameters(LimitAndOffset):
    """The parameters of every such list; each has its own ``state``."""

    search = SearchParameter(required=False)
    since = InstantParameter(required=False)
    until = InstantParameter(required=False, help_text="Before this instant.")


class PeopleView(AdminAPIView):
    """Base: which model, and that only who may see one learns anything."""

    model: ClassVar[type[Model]]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # 403 comes before 405, so a method that there is not wants a permission, too.
        wanted = _ACTIONS.get(str(request.method), _ACTIONS["GET"])
        policy = policy_registry.get_by_type(self.model)
        if not policy.user_has_any_permission(self.user, set(wanted)):
            raise PermissionDenied

    def rows(self) -> QuerySet[Any]:
        """All of them, newest first, with what an answer shows."""
        raise NotImplementedError


class PeopleListView(PeopleView):
    """All of them, a page at a time. Subclasses have `get`, which says what OpenAPI has to know."""

    serializer_class: ClassVar[type[serializers.Serializer[Any]]]
    log_action: ClassVar[str]
    """Of the one entry in the log that names all of a page, as ``contact.list``."""

    def filtered(self, values: dict[str, Any]) -> QuerySet[Any]:
        raise NotImplementedError

    def list_page(self) -> Response:
        return self.listing(self.filtered(self.query()), serialize=self._shown)

    def _shown(self, rows: list[Any]) -> list[Any]:
        # To hear whether a search finds anybody is to learn something of that person.
        has_searched = "search" in self.query()
        if rows or has_searched:
            log_people(
                action=self.log_action,
                model=self.model,
                ids=[row.pk for row in rows],
                user=self.user,
                searched=has_searched,
            )
        return list(self.serializer_class(rows, many=True).data)


class PersonView(PeopleView):
    """One of them. Subclasses have the methods, which say what OpenAPI has to know."""

    serializer_class: ClassVar[type[serializers.Serializer[Any]]]
    states: ClassVar[Sequence[str]]

    def etag(self, row: Any) -> str:
        """Of all that somebody may change of it."""
        raise NotImplementedError

    def note_read(self, row: Any) -> None:
        """Write into the log that the user has seen it."""
        raise NotImplementedError

    def bring_to(self, row: Any, state: str) -> None:
        """Raises `rest_framework.serializers.ValidationError` if it may not go there."""
        raise NotImplementedError

    def erase(self, row: Any) -> None:
        raise NotImplementedError

    def show(self, pk: object) -> Response:
        self.query()
        row = get_object_or_404(self.rows(), pk=pk)
        self.note_read(row)
        return self._answer(pk)

    def change(self, pk: object, body: object) -> Response:
        row = self._held(pk)
        state = _state_in(body, shown=self.serializer_class(row).data, states=self.states)
        # First: a state may be one that waits for somebody else to read it.
        self.note_read(row)
        if state is not None:
            self.bring_to(row, state)
        return self._answer(pk)

    def remove(self, pk: object) -> Response:
        self.erase(self._held(pk))
        return Response(status=HTTPStatus.NO_CONTENT)

    def _held(self, pk: object) -> Any:
        """Nobody changes it until the end of the request; it is as the request expects it."""
        get_object_or_404(self.model._default_manager.select_for_update(), pk=pk)
        row = self.rows().get(pk=pk)
        self.require_match(self.etag(row))
        return row

    def _answer(self, pk: object) -> Response:
        row = self.rows().get(pk=pk)
        return self.item(self.serializer_class(row).data, etag=self.etag(row))


def _state_in(body: object, *, shown: Mapping[str, Any], states: Sequence[str]) -> str | None:
    """The state that ``body`` asks for; what else was read may be sent back unchanged."""
    if not isinstance(body, dict):
        raise serializers.ValidationError(_("This has to be an object."), code="invalid")
    errors: dict[str, list[ErrorDetail]] = {}
    for name, value in body.items():
        if name not in shown:
            errors[name] = [ErrorDetail(str(_("This field is not known.")), "unknown")]
        elif name not in {"state", *_OF_READERS} and value != shown[name]:
            errors[name] = [ErrorDetail(str(_("This cannot be changed here.")), "read_only")]
    state = body.get("state")
    if "state" in body and state not in states:
        message = _("Choose one of these: %(states)s.") % {"states": ", ".join(states)}
        errors["state"] = [ErrorDetail(message, "invalid_choice")]
    if errors:
        raise serializers.ValidationError(errors)
    return None if state == shown["state"] else state
