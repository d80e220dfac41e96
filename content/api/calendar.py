"""Events as iCalendar: one, and the feed to subscribe to."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request

from content.api.events import EventFilters, EventsViewSet
from content.api.parameters import LocaleParameter, Parameters, SearchParameter
from content.calendar import event_calendar
from content.models import EventPage, SiteSettings
from content.references import absolute_url

CONTENT_TYPE = "text/calendar; charset=utf-8"
FEED_PAST = timedelta(days=30)
FEED_MAX_EVENTS = 1000


class FeedParameters(EventFilters, Parameters):
    search = SearchParameter(required=False)
    search_operator = serializers.ChoiceField(required=False, default="and", choices=["and", "or"])
    locale = LocaleParameter(required=False)


class NoParameters(Parameters):
    """A route that takes none."""


class EventCalendarsViewSet(EventsViewSet):
    """The same events as the list, for calendar programs."""

    operation_tag = "calendars"

    def operation_parameters(self) -> list[type[Parameters]]:
        return [FeedParameters] if self.action == "feed_view" else []

    def operation_responses(self) -> dict[Any, Any]:
        calendar = OpenApiResponse(OpenApiTypes.STR, "An iCalendar object (RFC 5545).")
        return {(200, "text/calendar"): calendar}

    def event_view(self, request: Request, pk: int) -> HttpResponseBase:
        NoParameters.read(request.GET)
        event = self.find_instance(pk)
        return self._calendar([event], name=event.title, path=f"/api/v2/events/{pk}/calendar.ics")

    def feed_view(self, request: Request) -> HttpResponseBase:
        """What ended at most 30 days ago, unless `when` or `starts_*` say otherwise.

        Soonest first; of more than 1,000 events the latest.
        """
        values = FeedParameters.read(request.GET)
        queryset = self.filtered(values)
        if not values.keys() & {"when", "starts_after", "starts_before"}:
            queryset = queryset.filter(finishes_at__gte=self.now - FEED_PAST)
        latest_first = self.prefetched(self.ordered(queryset, {"order": "-starts_at"}))
        site = SiteSettings.objects.filter(site__is_default_site=True).first()
        return self._calendar(
            list(latest_first[:FEED_MAX_EVENTS])[::-1],
            name=site.name if site else settings.WAGTAIL_SITE_NAME,
            path=request.get_full_path(),
        )

    def _calendar(self, events: list[EventPage], *, name: str, path: str) -> HttpResponse:
        site = self.references.site
        body = event_calendar(
            events,
            name=name,
            source_url=absolute_url(path),
            html_url_of=lambda event: site.html_url(event.url_path) or site.base_url,
            now=self.now,
        )
        response: Any = HttpResponse(body, content_type=CONTENT_TYPE)
        response["Content-Disposition"] = 'inline; filename="events.ics"'
        response.fresh_until = self.references.fresh_until
        return response
