"""An administrator at work, and content to work on."""

from functools import cached_property
from typing import Any, TypeVar

from django.test import Client
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Site

from cms.models import ContentChange, User
from content.models import EventPage, SiteImage, StandardPage, Testimonial
from content.publishing import ensure_translations
from home.models import HomePage
from tests.content.admin.steps import Admin
from tests.factories import (
    make_document,
    make_event,
    make_image,
    make_standard_page,
    make_testimonial,
)

Made = TypeVar("Made")


def forget_changes(made: Made = None) -> Made:  # type: ignore[assignment]
    """What was needed to begin with is no change."""
    ContentChange.objects.all().delete()
    return made


class World:
    """An administrator and, as soon as a step asks for it, one published thing of each kind."""

    def __init__(self, site: Site) -> None:
        user = User.objects.create_superuser("root", "root@example.org", "x")
        self.admin = Admin(Client(), user)
        self.client = self.admin.client
        self.site = site
        self.home = HomePage.objects.get(locale__language_code="en")
        forget_changes()

    def _event(self, title: str, *, publish: bool) -> EventPage:
        parts = {"tags": ["python"], "speakers": [{"name": "Ana Rojas"}]}
        event = make_event(title=title, slug=title.lower(), publish=publish, **parts)
        ensure_translations(page=event)
        return event

    @cached_property
    def event(self) -> EventPage:
        return forget_changes(self._event("Meetup", publish=True))

    @cached_property
    def draft(self) -> EventPage:
        return forget_changes(self._event("Unfinished", publish=False))

    @cached_property
    def page(self) -> StandardPage:
        return forget_changes(make_standard_page(self.home))

    @cached_property
    def first(self) -> Testimonial:
        return forget_changes(make_testimonial())

    @cached_property
    def waiting(self) -> Testimonial:
        return forget_changes(make_testimonial(publish=False))

    @cached_property
    def image(self) -> SiteImage:
        return forget_changes(make_image())

    @cached_property
    def document(self) -> Any:
        return forget_changes(make_document())

    @cached_property
    def redirect(self) -> Redirect:
        redirect = Redirect.objects.create(old_path="/old", redirect_link="/new")
        return forget_changes(redirect)

    @cached_property
    def collection(self) -> Collection:
        return forget_changes(Collection.get_first_root_node().add_child(name="Members"))

    def post(self, view: str, /, *args: Any, **data: Any) -> Any:
        """Send a form, which has to be accepted."""
        answer = self.client.post(reverse(view, args=args), data)
        assert answer.status_code == 302 or "error" not in answer.content.decode(), answer.context
        return answer

    def testimonial(self, action: str, testimonial: Testimonial, **data: Any) -> None:
        fields = {"author_name": "Eva", "quote": "Good.", "sort_order": "1", **data}
        self.post(f"wagtailsnippets_content_testimonial:{action}", testimonial.pk, **fields)
