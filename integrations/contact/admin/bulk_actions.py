"""What is done to several messages at once."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404
from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.permissions import policy_registry

from cms.people_admin import user_of
from cms.personal_data_log import log_people
from integrations.contact import services
from integrations.contact.admin.forms import AssigneeForm, StateForm
from integrations.contact.models import ContactMessage
from integrations.contact.states import State


class MessageBulkAction(BulkAction):
    """Base: who may, which messages, and how many it were."""

    permission = "change"
    template_name = "contact/admin/bulk_action.html"
    question: Any
    classes: ClassVar[set[str]] = set()

    @classproperty
    def models(cls) -> list[type[Model]]:  # noqa: N805 - a property of the class
        return [ContactMessage]

    @classmethod
    def get_queryset(cls, model: type[Model], object_ids: list[str]) -> list[Any]:
        try:
            found: list[Any] = super().get_queryset(model, object_ids)
        except ValidationError as error:
            raise Http404 from error
        return found

    def get_all_objects_in_listing_query(self, parent_id: object) -> list[Any]:
        """Nothing is done to messages that the list's filters may not show."""
        raise Http404

    def check_perm(self, obj: ContactMessage) -> bool:
        policy = policy_registry.get_by_type(ContactMessage)
        return bool(policy.user_has_permission(self.request.user, self.permission))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {**super().get_context_data(**kwargs), "action": self}
        ids, user = [each["item"].pk for each in context["items"]], user_of(self.request)
        if ids:
            log_people(action="contact.list", model=ContactMessage, ids=ids, user=user)
        return context

    def get_execution_context(self) -> dict[str, Any]:
        form = self.cleaned_form
        values = form.cleaned_data if form is not None else {}
        return {**super().get_execution_context(), "user": self.request.user, **values}

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        text = ngettext(
            "%(count)d message was changed.",
            "%(count)d messages were changed.",
            num_parent_objects,
        )
        return text % {"count": num_parent_objects}


class ChangeStateAction(MessageBulkAction):
    display_name = _("Change state")
    aria_label = _("Change the state of the selected messages")
    question = _("Which state should these messages have?")
    action_type = "state"
    action_priority = 10
    form_class = StateForm

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        state = State(kwargs["state"])
        return services.change_state(messages=objects, state=state, user=kwargs["user"]), 0


class AssignAction(MessageBulkAction):
    display_name = _("Assign")
    aria_label = _("Assign the selected messages to somebody")
    question = _("Who deals with these messages?")
    action_type = "assign"
    action_priority = 20
    form_class = AssigneeForm

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        changed = services.assign(
            messages=objects, assignee=kwargs["assignee"], user=kwargs["user"]
        )
        return changed, 0


class EraseAction(MessageBulkAction):
    permission = "delete"
    display_name = _("Erase")
    aria_label = _("Erase the selected messages")
    question = _("Erase these messages, their notes and the mails about them for good?")
    action_type = "erase"
    action_priority = 100
    classes: ClassVar[set[str]] = {"serious"}

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        return services.erase(messages=objects, user=kwargs["user"]), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        text = ngettext(
            "%(count)d message was erased.", "%(count)d messages were erased.", num_parent_objects
        )
        return text % {"count": num_parent_objects}


BULK_ACTIONS = (ChangeStateAction, AssignAction, EraseAction)
