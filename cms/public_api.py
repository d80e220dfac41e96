"""Every public read endpoint in one list; all are the same for everybody, and but for previews
cacheable.
"""

from django.urls import URLPattern, URLResolver, path
from wagtail.api.v2.router import WagtailAPIRouter

from content.api.calendar import EventCalendarsViewSet
from content.api.events import EventsViewSet
from content.api.page_preview import PagePreviewView
from content.api.pages import PagesViewSet
from content.api.redirects import RedirectsViewSet
from content.api.resolve import ResolveViewSet
from content.api.site import SiteView
from content.api.testimonials import TestimonialsViewSet
from integrations.github.api.views import ContributionsView, ProjectsView, ProjectView

# The name under which Wagtail's own signal handlers look for an API. The first endpoint whose model
# is a base class wins, so events come before pages.
router = WagtailAPIRouter("wagtailapi_v2")
router.register_endpoint("events", EventsViewSet)
router.register_endpoint("pages", PagesViewSet)
router.register_endpoint("testimonials", TestimonialsViewSet)
router.register_endpoint("redirects", RedirectsViewSet)

_event_calendar = EventCalendarsViewSet.as_view({"get": "event_view"})
_event_feed = EventCalendarsViewSet.as_view({"get": "feed_view"})

public_urlpatterns: list[URLPattern | URLResolver] = [
    path("v2/events/<int:pk>/calendar.ics", _event_calendar, name="event-calendar"),
    path("v2/page_preview/", PagePreviewView.as_view(), name="page-preview"),
    path("v2/resolve/", ResolveViewSet.as_view({"get": "resolve_view"}), name="resolve"),
    path("v2/site/", SiteView.as_view(), name="site"),
    path("v2/", router.urls),
    path("events", EventsViewSet.listing_only(), name="events"),
    path("events.ics", _event_feed, name="event-feed"),
    path("events/<int:pk>", EventsViewSet.detail_only(), name="event"),
    path("testimonials", TestimonialsViewSet.listing_only(), name="testimonials"),
    path("projects", ProjectsView.as_view(), name="projects"),
    path("projects/<str:owner>/<str:name>", ProjectView.as_view(), name="project"),
    path("contributions", ContributionsView.as_view(), name="contributions"),
]
