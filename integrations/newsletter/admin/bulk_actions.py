"""What is done with several subscribers at once."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cms.bulk_actions import PeopleBulkAction
from integrations.newsletter import list_services
from integrations.newsletter.admin.buttons import detail_url
from integrations.newsletter.models import Subscriber


class SubscriberBulkAction(PeopleBulkAction):
    person_model = Subscriber
    log_action = "newsletter.list"
    icon = "group"

    def object_context(self, obj: Subscriber) -> dict[str, Any]:
        shown = {"url": detail_url(obj), "title": obj.email, "note": obj.get_state_display()}
        return {**super().object_context(obj), **shown}


class TakeOffAction(SubscriberBulkAction):
    permission = "change"
    display_name = _("Take off the list")
    aria_label = _("Take the selected subscribers off the list")
    question = _(
        "Take these people off the list? Only they can come back, by subscribing again. Who is not "
        "on it, or takes no mail, stays as they are."
    )
    action_type = "unsubscribe"
    action_priority = 10

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        return list_services.take_off(subscribers=objects, user=kwargs["user"]), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        text = ngettext(
            "%(count)d person was taken off the list.",
            "%(count)d people were taken off the list.",
            num_parent_objects,
        )
        return text % {"count": num_parent_objects}


class EraseAction(SubscriberBulkAction):
    permission = "delete"
    display_name = _("Erase")
    aria_label = _("Erase the selected subscribers")
    question = _(
        "Erase these people, what they agreed to and the mails to them for good, here and on the "
        "list at the provider? No import brings them back."
    )
    action_type = "erase"
    action_priority = 100
    classes: ClassVar[set[str]] = {"serious"}

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        return list_services.erase(subscribers=objects, user=kwargs["user"]), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        text = ngettext(
            "%(count)d person was erased.", "%(count)d people were erased.", num_parent_objects
        )
        return text % {"count": num_parent_objects}


BULK_ACTIONS = (TakeOffAction, EraseAction)
