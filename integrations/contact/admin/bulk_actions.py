"""What is done to several messages at once."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cms.bulk_actions import PeopleBulkAction
from integrations.contact import services
from integrations.contact.admin.forms import AssigneeForm, StateForm
from integrations.contact.models import ContactMessage
from integrations.contact.states import State


class MessageBulkAction(PeopleBulkAction):
    person_model = ContactMessage
    log_action = "contact.list"
    permission = "change"
    icon = "mail"

    def object_context(self, obj: ContactMessage) -> dict[str, Any]:
        url = reverse("contact_messages:inspect", args=[obj.pk])
        return {**super().object_context(obj), "url": url, "title": obj.title, "note": obj.name}

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
