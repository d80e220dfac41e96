"""What people do to events in the admin, as requests of a browser."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from cms.models import User
from content.models import EventIndexPage, EventPage


def in_language(language: str, title: str = "Meetup") -> EventPage:
    return EventPage.objects.get(locale__language_code=language, title=title)


def form_data(title: str, **fields: str) -> dict[str, Any]:
    speaker = {"name": "Ana Rojas", "role": "", "organisation": "", "bio": "", "url": ""}
    return nested_form_data(
        {
            "title": title,
            "slug": title.lower(),
            "starts_at": "2027-05-04 18:30",
            "timezone": "Europe/Madrid",
            "event_type": "meetup",
            "event_status": "scheduled",
            "attendance_mode": "offline",
            "is_free": "on",
            "tags": "python",
            "body": streamfield([]),
            "speakers": inline_formset([speaker]),
            "sessions": inline_formset([]),
            "comments": inline_formset([]),
            **fields,
        }
    )


def make_due(instance: Any) -> None:
    """Let the time come that ``instance`` is scheduled for."""
    revision = instance.revisions.get(approved_go_live_at__isnull=False)
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()


class Admin:
    """What somebody does in the admin; every step has to be accepted."""

    def __init__(self, client: Client, user: User) -> None:
        self.client = client
        client.force_login(user)

    def post(self, name: str, *args: Any, data: dict[str, Any] | None = None) -> Any:
        answer = self.client.post(reverse(f"wagtailadmin_pages:{name}", args=args), data or {})
        assert answer.status_code == 302, answer.context
        return answer

    def add(self, language: str, title: str = "Meetup", **fields: str) -> EventPage:
        index = EventIndexPage.objects.get(locale__language_code=language)
        self.post("add", "content", "eventpage", index.pk, data=form_data(title, **fields))
        return in_language(language, title)

    def edit(self, page: EventPage, title: str = "Meetup", **fields: str) -> None:
        self.post("edit", page.pk, data=form_data(title, **fields))

    def publish(self, page: EventPage, title: str = "Meetup", **fields: str) -> None:
        self.edit(page, title, **{"action-publish": "on", **fields})

    def add_live(self, language: str, title: str = "Meetup") -> EventPage:
        return self.add(language, title, **{"action-publish": "on"})

    def bulk(self, action: str, *pages: EventPage) -> None:
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        query = urlencode({"id": [page.pk for page in pages], "next": "/admin/"}, doseq=True)
        assert self.client.post(f"{url}?{query}").status_code == 302
