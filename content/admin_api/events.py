"""`/api/admin/events/…`"""

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from wagtail.permissions import policy_registry

from cms.http.problems import InvalidBodyError
from content import publishing
from content.admin_api.actions import ContentActionView
from content.admin_api.input.events import EventInput
from content.admin_api.input.reading import Reading
from content.admin_api.parameters import ListParameters
from content.admin_api.revisions import RestoreView, RevisionListView, RevisionView
from content.admin_api.serializers import EventDraftListItemSerializer, EventDraftSerializer
from content.admin_api.views import ContentItemView, ContentListView, ContentView
from content.api.events import EVENT_ORDERS, EventFilters, matching_events
from content.models import EventIndexPage, EventPage


class EventParameters(EventFilters, ListParameters):
    order = serializers.ChoiceField(
        required=False,
        choices=EVENT_ORDERS,
        help_text="Default: -starts_at; with when=upcoming or ongoing: starts_at.",
    )


class Events(ContentView):
    """Mixin: events, where the user may change or publish them."""

    model = EventPage
    kind = "event"
    operation_tag = "events"
    serializer_class = EventDraftSerializer
    list_serializer_class = EventDraftListItemSerializer
    input_class = EventInput
    relations = ("speakers", "sessions")

    def visible(self) -> QuerySet[Any]:
        policy = policy_registry.get_by_type(EventPage)
        pages = policy.instances_user_has_any_permission_for(self.user, {"change", "publish"})
        return EventPage.objects.filter(pk__in=pages.values("pk"))

    def public(self) -> QuerySet[Any]:
        return self.references.site.pages(EventPage.objects.all())

    def prefetched(self, queryset: QuerySet[Any], *, detail: bool) -> QuerySet[Any]:
        names = EventPage.prefetch if detail else EventPage.list_prefetch
        return super().prefetched(queryset, detail=detail).prefetch_related(*names)


class EventListView(Events, ContentListView):
    """Events as their newest revisions say. Filters and order go by what visitors see."""

    parameters_class = EventParameters
    orders: ClassVar[dict[str, str]] = {}
    default_order = "-starts_at"
    summaries: ClassVar[dict[str, str]] = {"GET": "List events", "POST": "Create an event"}

    def filtered(self, values: dict[str, Any]) -> QuerySet[Any]:
        if values.get("when") in ("upcoming", "ongoing"):
            values.setdefault("order", "starts_at")
        return matching_events(super().filtered(values), values, self.now)

    def create(self, values: dict[str, Any], reading: Reading, *, publish: bool) -> Any:
        parent = _parent(values.pop("parent", None), values.pop("locale", None), reading)
        return publishing.create_page(
            model=EventPage,
            parent=parent,
            values=values,
            user=self.user,
            publish=publish,
            refuse=bool(reading.problems),
        )


def _parent(parent_id: int | None, language: str | None, reading: Reading) -> EventIndexPage:
    """The event list that is meant; any one, after it was refused, if there is none of those."""
    lists = EventIndexPage.objects.order_by("path")
    of_language = lists.filter(locale__language_code=language or settings.LANGUAGE_CODE).first()
    if parent_id is None:
        chosen = of_language
        if chosen is None:
            message = _("There is no event list in this language.")
            reading.refuse("/meta/parent", "not_found", message)
    else:
        chosen = lists.filter(pk=parent_id).first()
        if chosen is None:
            message = _("There is no event list with this id.")
            reading.refuse("/meta/parent", "not_found", message)
        elif language and chosen.locale.language_code != language:
            message = _("The event list is in another language.")
            reading.refuse("/meta/locale", "invalid", message)
    # Where the rest of the body is looked at with.
    found = chosen or of_language or lists.first()
    if found is None:
        raise InvalidBodyError(reading.problems)
    return found


class EventView(Events, ContentItemView):
    """One event, as its newest revision says."""

    summaries: ClassVar[dict[str, str]] = {
        "GET": "Read an event",
        "PATCH": "Change an event",
        "DELETE": "Delete an event, in every language that repeats it",
    }


class EventActionView(Events, ContentActionView):
    pass


class EventRevisionListView(Events, RevisionListView):
    pass


class EventRevisionView(Events, RevisionView):
    pass


class EventRestoreView(Events, RestoreView):
    pass
