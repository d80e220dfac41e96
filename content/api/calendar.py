"""Events as iCalendar: one, and the feed to subscribe to."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request

from cms.api.parameters import LocaleParameter, Parameters, SearchParameter
from content.api.events import EventFilters, EventsViewSet
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


def _canonical(request: Request) -> str:
    """The feed's own address however it was asked for, since the answer is kept for everybody."""
    pairs = [(name, value) for name, values in request.GET.lists() for value in values]
    query = f"?{urlencode(sorted(pairs))}" if pairs else ""
    return f"{request.path.removesuffix('/')}{query}"


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
        is_window = not values.keys() & {"when", "starts_after", "starts_before"}
        if is_window:
            queryset = queryset.filter(finishes_at__gte=self.now - FEED_PAST)
        latest_first = self.prefetched(self.ordered(queryset, {"order": "-starts_at"}))
        events = list(latest_first[:FEED_MAX_EVENTS])[::-1]
        if is_window and events:
            self.references.changes_at(min(event.finishes_at for event in events) + FEED_PAST)
        site = SiteSettings.objects.filter(site__is_default_site=True).first()
        return self._calendar(
            events,
            name=site.name if site else settings.WAGTAIL_SITE_NAME,
            path=_canonical(request),
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
