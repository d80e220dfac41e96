"""The listing of all events, over every part of the page tree."""

from typing import Any, ClassVar

import django_filters
from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.forms import CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BaseColumn, Column
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.permission_policies.pages import PagePermissionPolicy

from content.admin.filters import ListingFilterSet, PublicationFilter
from content.admin.wording import ON_WIDE_SCREENS, when_text
from content.choices import EventStatus, EventType
from content.models import EventPage, SiteRendition
from content.renditions import width_spec
from content.search import matching

THUMBNAIL_SPEC = width_spec(160, "format-webp")


class CoverColumn(BaseColumn):
    """The event's cover, in the smallest size that every image has anyway."""

    cell_template_name = "content/admin/cover_cell.html"

    def get_cell_context_data(
        self, instance: EventPage, parent_context: dict[str, Any]
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        renditions = instance.cover.renditions.all() if instance.cover else []
        context["thumbnail"] = next(iter(renditions), None)
        return context


class WhenColumn(Column):
    """Local dates and times of the event, and its zone where that is not the site's."""

    cell_template_name = "content/admin/when_cell.html"

    def get_cell_context_data(
        self, instance: EventPage, parent_context: dict[str, Any]
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["zone"] = instance.timezone if instance.timezone != settings.TIME_ZONE else ""
        return context


class WhenFilter(django_filters.ChoiceFilter):
    """Upcoming events have not ended, past ones have."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("upcoming", _("Upcoming")), ("past", _("Past"))]
        super().__init__(
            label=_("When"), choices=choices, empty_label=_("All"), widget=RadioSelect, **kwargs
        )

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        now = timezone.now()
        match value:
            case "upcoming":
                return queryset.filter(finishes_at__gte=now)
            case "past":
                return queryset.filter(finishes_at__lt=now)
            case _:
                return queryset


class EventTagFilter(django_filters.ModelMultipleChoiceFilter):
    """Events that have any of the chosen tags."""

    def get_queryset(self, _request: object) -> QuerySet[Tag]:
        used = Tag.objects.filter(content_eventtag_items__isnull=False)
        return used.distinct().order_by("name")

    def filter(self, queryset: QuerySet[Any], value: list[Tag]) -> QuerySet[Any]:
        if not value:
            return queryset
        tagged = EventPage.objects.filter(tagged_items__tag__in=value)
        return queryset.filter(pk__in=tagged.values("pk"))


class EventFilterSet(ListingFilterSet):
    when = WhenFilter()
    starts_at = django_filters.DateFromToRangeFilter(label=_("Date"), widget=DateRangePickerWidget)
    event_type = django_filters.MultipleChoiceFilter(
        label=_("Kind of event"), choices=EventType.choices, widget=CheckboxSelectMultiple
    )
    event_status = django_filters.MultipleChoiceFilter(
        label=_("Status"), choices=EventStatus.choices, widget=CheckboxSelectMultiple
    )
    publication = PublicationFilter()
    tag = EventTagFilter(label=_("Tag"), widget=CheckboxSelectMultiple)

    class Meta:
        model = EventPage
        fields: ClassVar[list[str]] = []


class EventIndexView(IndexView):
    page_title = _("Events")
    default_ordering = "-starts_at"
    any_permission_required: ClassVar[set[str]] = {"add", "change", "publish"}

    def get_ordering(self) -> str:
        ordering = self.request.GET.get("ordering", self.default_ordering)
        return ordering if ordering in self.get_valid_orderings() else self.default_ordering

    def order_queryset(self, queryset: QuerySet[EventPage]) -> QuerySet[EventPage]:
        return queryset.order_by(self.ordering, "-pk")

    def search_queryset(self, queryset: QuerySet[EventPage]) -> QuerySet[EventPage]:
        return matching(queryset, self.search_query) if self.is_searching else queryset

    def annotate_queryset(self, pages: QuerySet[EventPage]) -> QuerySet[EventPage]:
        thumbnails = SiteRendition.objects.filter(filter_spec=THUMBNAIL_SPEC)
        return (
            super()
            .annotate_queryset(pages)
            .select_related("cover")
            .prefetch_related(Prefetch("cover__renditions", queryset=thumbnails))
        )


class EventsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """To those who may do something with pages."""
        rights = {"add", "change", "publish", "bulk_delete", "lock", "unlock"}
        return bool(PagePermissionPolicy().user_has_any_permission(request.user, rights))


class EventViewSet(PageListingViewSet):
    model = EventPage
    menu_item_class = EventsItem
    index_view_class = EventIndexView
    columns: ClassVar[list[BaseColumn]] = [
        BulkActionsColumn("bulk_actions"),
        CoverColumn("cover", label=_("Cover"), width="96px", classname=ON_WIDE_SCREENS),
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        WhenColumn("when", label=_("When"), accessor=when_text, sort_key="starts_at", width="20%"),
        Column(
            "event_type",
            label=_("Kind"),
            accessor="get_event_type_display",
            sort_key="event_type",
            classname=ON_WIDE_SCREENS,
        ),
        Column(
            "event_status",
            label=_("Status"),
            accessor="get_event_status_display",
            sort_key="event_status",
            classname=ON_WIDE_SCREENS,
        ),
        PageStatusColumn("status", label=_("Publication"), sort_key="live"),
    ]
    filterset_class = EventFilterSet
    icon = "date"
    menu_label = _("Events")
    menu_order = 100
    add_to_admin_menu = True
    list_per_page = 30
