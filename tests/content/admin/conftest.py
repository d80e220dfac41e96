"""People who work in the admin, and things they work on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image
from wagtail.models import Site

from cms.models import User
from content.models import EventIndexPage, EventPage, SiteImage, Speaker, Testimonial
from content.publishing import add_page, publish


def picture(color: str = "navy", size: tuple[int, int] = (320, 180)) -> ContentFile:  # type: ignore[type-arg]
    output = BytesIO()
    Image.new("RGB", size, color).save(output, "JPEG")
    return ContentFile(output.getvalue(), name="picture.jpg")


def member(group: str) -> User:
    user = User.objects.create_user(group.lower(), f"{group.lower()}@example.org", "x")
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def editor(site: Site) -> User:
    return member("Editors")


@pytest.fixture
def moderator(site: Site) -> User:
    return member("Moderators")


@pytest.fixture
def as_editor(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


@pytest.fixture
def as_moderator(client: Client, moderator: User) -> Client:
    client.force_login(moderator)
    return client


@pytest.fixture
def image(db: None) -> SiteImage:
    return SiteImage.objects.create(title="Sea", description="A dark sea", file=picture())


MakeEvent = Callable[..., EventPage]


@pytest.fixture
def make_event(site: Site) -> MakeEvent:
    """Adds an event to the English list, live unless ``draft``."""
    index = EventIndexPage.objects.get(locale__language_code="en")

    def make(
        title: str = "Meetup", *, draft: bool = False, tag: str = "", **fields: Any
    ) -> EventPage:
        starts_at = fields.pop("starts_at", datetime.now(UTC) + timedelta(days=7))
        event = EventPage(title=title, starts_at=starts_at, **fields)
        event.speakers = [Speaker(name="Ana Rojas")]
        if tag:
            event.tags.add(tag)
        add_page(parent=index, page=event)
        return event if draft else publish(instance=event)

    return make


@pytest.fixture
def make_testimonial(site: Site) -> Callable[..., Testimonial]:
    locale = EventIndexPage.objects.get(locale__language_code="en").locale

    def make(author_name: str = "Luis", **fields: Any) -> Testimonial:
        values = {"locale": locale, "quote": "It helped.", **fields}
        return Testimonial.objects.create(author_name=author_name, **values)

    return make
