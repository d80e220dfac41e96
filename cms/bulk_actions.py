"""What is done with several people of a list at once: a page that asks, and then a service."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404
from django.utils.functional import classproperty
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.permissions import policy_registry

from cms.people_admin import user_of
from cms.personal_data_log import log_people


class PeopleBulkAction(BulkAction):
    """Base: who may, which rows, and that they were seen. Its list uses
    ``cms/admin/list_with_bulk_actions.html``; `object_context` gives ``url``, ``title``, ``note``.
    """

    template_name = "cms/admin/bulk_action.html"
    person_model: type[Model]
    log_action: str
    """Of the entry in the log that names whom the page that asks has shown."""
    permission: str
    icon: str
    question: Any
    classes: ClassVar[set[str]] = set()

    @classproperty
    def models(cls) -> list[type[Model]]:  # noqa: N805 - a property of the class
        return [cls.person_model]

    @classmethod
    def get_queryset(cls, model: type[Model], object_ids: list[str]) -> list[Any]:
        try:
            found: list[Any] = super().get_queryset(model, object_ids)
        except ValidationError as error:
            raise Http404 from error
        return found

    def get_all_objects_in_listing_query(self, parent_id: object) -> list[Any]:
        """Nothing is done to rows that the list's filters may not show."""
        raise Http404

    def check_perm(self, obj: Model) -> bool:
        policy = policy_registry.get_by_type(self.person_model)
        return bool(policy.user_has_permission(self.request.user, self.permission))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {**super().get_context_data(**kwargs), "action": self}
        ids, user = [each["item"].pk for each in context["items"]], user_of(self.request)
        if ids:
            log_people(action=self.log_action, model=self.person_model, ids=ids, user=user)
        return context

    def get_execution_context(self) -> dict[str, Any]:
        form = self.cleaned_form
        values = form.cleaned_data if form is not None else {}
        return {**super().get_execution_context(), "user": self.request.user, **values}
