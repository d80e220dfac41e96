"""What is done to an item: publish, unpublish, schedule, submit, approve, reject, translate."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Locale

from cms.api.parameters import Parameters
from cms.http.problems import InputError, InvalidBodyError
from content import publishing
from content.admin_api.input.actions import (
    CommentInput,
    NothingInput,
    ScheduleInput,
    TranslateInput,
)
from content.admin_api.input.objects import InputSerializer
from content.admin_api.input.reading import Reading
from content.admin_api.refusals import answered
from content.admin_api.views import ContentView

_INPUTS: dict[str, type[InputSerializer]] = {
    "approve": CommentInput,
    "reject": CommentInput,
    "schedule": ScheduleInput,
    "translate": TranslateInput,
}
_SUMMARIES = {
    "publish": "Publish the newest revision",
    "unpublish": "Take it off the site",
    "schedule": "Publish the newest revision at a time, or cancel that",
    "submit": "Submit the newest revision for review",
    "approve": "Approve what was submitted; the last approval publishes it",
    "reject": "Send back what was submitted",
    "translate": "Begin the translation; answers the new draft",
}


class ContentActionView(ContentView):
    """One of the actions; it answers the item as it has become."""

    action: str = ""

    def operation_id(self, method: str) -> str:
        return f"admin_{self.operation_tag}_{self.action}"

    @property
    def summaries(self) -> dict[str, str]:  # type: ignore[override]
        return {"POST": _SUMMARIES[self.action]}

    def request_shape(self, method: str) -> Any:
        return _INPUTS.get(self.action)

    def check_may(self, row: Any) -> None:
        """Before the body is looked at: the services ask once more, and for the rest."""
        publishes = self.action in ("publish", "unpublish", "schedule")
        if publishes and not publishing.may_publish(row, self.user):
            raise PermissionDenied
        if self.action == "submit" and not publishing.may_edit(row, self.user):
            raise PermissionDenied

    def post(self, request: Request, pk: int) -> Response:
        Parameters.read(request.query_params)
        row = self.find(pk, for_writing=True)
        self.check_may(row)
        self.require_match(self.etag(self.current(row)))
        values = self._values()
        shape = self.input_class()
        reading = Reading(user=self.user, references=self.references)
        act = getattr(self, f"_{self.action}")
        with answered(
            lambda problem: self._pointer(shape.pointer_to(problem.path, reading)),
            conflict=self._conflict(row),
        ):
            changed = act(row, values)
        return self.answer(changed or pk)

    def _values(self) -> dict[str, Any]:
        shape = _INPUTS.get(self.action, NothingInput)()
        reading = Reading(user=self.user, references=self.references)
        given: Any = self.request.data
        values = shape.read(given, reading)
        for name, field in shape.fields.items():
            if field.required and isinstance(given, dict) and name not in given:
                reading.refuse(f"/{name}", "required", _("This is needed."))
        if values.get("locale") not in (None, *dict(settings.LANGUAGES)):
            reading.refuse("/locale", "invalid_choice", _("There is no such language here."))
        if reading.problems:
            raise InvalidBodyError(reading.problems)
        return values

    def _pointer(self, pointer: str) -> str:
        """What is wrong with a time stands in the body of the action, not in `meta`."""
        return pointer.removeprefix("/meta") if self.action == "schedule" else pointer

    def _conflict(self, row: Any) -> str:
        if getattr(row, "alias_of_id", None) and self.action != "translate":
            return _("It repeats %(id)s. Change that, or translate this first.") % {
                "id": row.alias_of_id
            }
        words = {
            "unpublish": _("It is not published."),
            "schedule": _("No time was set."),
            "submit": _("It is under review, or nobody is there to approve it."),
            "approve": _("Nothing was submitted."),
            "reject": _("Nothing was submitted."),
            "translate": _("There is a translation."),
        }
        return words.get(self.action, _("Its state does not allow this."))

    def _publish(self, row: Any, values: dict[str, Any]) -> None:
        publishing.publish_latest(instance=row, user=self.user)

    def _unpublish(self, row: Any, values: dict[str, Any]) -> None:
        publishing.unpublish(instance=row, user=self.user)

    def _schedule(self, row: Any, values: dict[str, Any]) -> None:
        if values["go_live_at"]:
            times = {name: datetime.fromisoformat(text) for name, text in values.items() if text}
            cleared = {name: None for name, text in values.items() if not text}
            publishing.publish_at(instance=row, times={**times, **cleared}, user=self.user)
        elif values.get("expire_at"):
            message = _("Without a time to publish it this is set with PATCH.")
            raise InvalidBodyError([InputError("invalid", message, pointer="/expire_at")])
        else:
            publishing.cancel_schedule(instance=row, user=self.user)

    def _submit(self, row: Any, values: dict[str, Any]) -> None:
        publishing.submit(instance=row, user=self.user)

    def _approve(self, row: Any, values: dict[str, Any]) -> None:
        self._review(row, publishing.Decision.APPROVE, values)

    def _reject(self, row: Any, values: dict[str, Any]) -> None:
        self._review(row, publishing.Decision.REJECT, values)

    def _review(self, row: Any, decision: publishing.Decision, values: dict[str, Any]) -> None:
        comment = str(values.get("comment", ""))
        publishing.review(instance=row, decision=decision, comment=comment, user=self.user)

    def _translate(self, row: Any, values: dict[str, Any]) -> int:
        locale = Locale.objects.get(language_code=values["locale"])
        translated = publishing.translate(instance=row, locale=locale, user=self.user)
        return int(translated.pk)


ACTIONS: tuple[str, ...] = tuple(_SUMMARIES)
