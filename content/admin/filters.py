"""Filters that several listings share."""

from typing import Any

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Model, Q, QuerySet
from django.db.models.functions import Cast
from django.forms import RadioSelect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.models import Page, Revision, WorkflowState


class ListingFilterSet(WagtailFilterSet):
    """Calls the languages of content languages; Wagtail says “locale”."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "locale" in self.filters:
            self.filters["locale"].label = _("Language")


_UNDER_WAY = (WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES)


def _condition(model: type[Model], choice: str) -> Q | None:
    match choice:
        case "live":
            return Q(live=True)
        case "changed":
            return Q(live=True, has_unpublished_changes=True)
        case "draft":
            return Q(live=False, expired=False)
        case "expired":
            return Q(expired=True)
        case "scheduled":
            revisions = Revision.objects.filter(approved_go_live_at__isnull=False)
            return Q(pk__in=_object_ids(revisions, model))
        case "moderation":
            states = WorkflowState.objects.filter(status__in=_UNDER_WAY)
            return Q(pk__in=_object_ids(states, model))
        case _:
            return None


def _object_ids(rows: QuerySet[Any], model: type[Model]) -> QuerySet[Any]:
    """Keys of the objects of ``model`` that ``rows`` belong to; Wagtail keeps them as text."""
    base = Page if issubclass(model, Page) else model
    content_type = ContentType.objects.get_for_model(base)
    of_model = rows.filter(base_content_type=content_type)
    return of_model.annotate(number=Cast("object_id", BigIntegerField())).values("number")


class PublicationFilter(django_filters.ChoiceFilter):
    """What visitors see of it: nothing yet, all, or an older version."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [
            ("live", _("Published")),
            ("changed", _("Published, with changes that are not")),
            ("draft", _("Draft")),
            ("moderation", _("In moderation")),
            ("scheduled", _("Scheduled")),
            ("expired", _("Expired")),
        ]
        super().__init__(
            label=_("Publication"),
            choices=choices,
            empty_label=_("All"),
            widget=RadioSelect,
            **kwargs,
        )

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        condition = _condition(queryset.model, value)
        return queryset if condition is None else queryset.filter(condition)
