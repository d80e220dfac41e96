"""The routes of content that programs of editors use."""

from django.urls import URLPattern, path

from content.admin_api import events, testimonials
from content.admin_api.actions import ACTIONS
from content.admin_api.images import ImagesView


def _routes(name: str, views: dict[str, type]) -> list[URLPattern]:
    """All routes of one kind of content."""
    item = f"admin/{name}/<int:pk>"
    shown: dict[str, type] = {
        f"admin/{name}/": views["list"],
        f"{item}/": views["item"],
        f"{item}/revisions/": views["revisions"],
        f"{item}/revisions/<int:revision_id>/": views["revision"],
        f"{item}/revisions/<int:revision_id>/restore": views["restore"],
    }
    routes = [path(route, view.as_view()) for route, view in shown.items()]  # type: ignore[attr-defined]
    actions = views["action"]
    return routes + [
        path(f"{item}/{action}", actions.as_view(action=action))  # type: ignore[attr-defined]
        for action in ACTIONS
    ]


content_urlpatterns: list[URLPattern] = [
    *_routes(
        "events",
        {
            "list": events.EventListView,
            "item": events.EventView,
            "action": events.EventActionView,
            "revisions": events.EventRevisionListView,
            "revision": events.EventRevisionView,
            "restore": events.EventRestoreView,
        },
    ),
    *_routes(
        "testimonials",
        {
            "list": testimonials.TestimonialListView,
            "item": testimonials.TestimonialView,
            "action": testimonials.TestimonialActionView,
            "revisions": testimonials.TestimonialRevisionListView,
            "revision": testimonials.TestimonialRevisionView,
            "restore": testimonials.TestimonialRestoreView,
        },
    ),
    path("admin/images/", ImagesView.as_view()),
]
