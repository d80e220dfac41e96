"""A small site that has one of everything, for tests over all routes."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex, Site

from content.importing.indexing import index_events, indexed_by_hand
from content.models import (
    EventPage,
    Navigation,
    Session,
    SiteImage,
    SiteSettings,
    StandardPage,
    Testimonial,
)
from content.publishing import ensure_translations, publish
from home.models import HomePage
from home.setup import prepare_site
from integrations.github.models import Project
from tests.factories import (
    in_hours,
    make_event,
    make_image,
    make_project,
    make_standard_page,
    make_testimonial,
    png,
)


@dataclass(frozen=True)
class Seed:
    """What `seed` made, in English unless the name says otherwise."""

    home: HomePage
    home_es: HomePage
    about: StandardPage
    event: EventPage
    event_es: EventPage
    draft: EventPage
    testimonial: Testimonial
    redirect: Redirect
    project: Project
    picture: SiteImage
    document: Any


def republish(page: Any, **values: Any) -> Any:
    """``page`` with other values, published again."""
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision()
    return publish(instance=page)


def body(page: Page, draft: Page, picture: SiteImage, document: Any) -> list[tuple[str, Any]]:
    """Every kind of block; links lead to ``page`` and to ``draft``."""
    links = "".join(f'<a linktype="page" id="{p.pk}">{p.title}</a> ' for p in (page, draft))
    links += f'<a linktype="document" id="{document.pk}">notes</a> '
    links += '<a href="https://example.org/x">out</a>'
    return [
        ("heading", {"text": "What to expect", "level": "3"}),
        ("rich_text", f"<p>{links}</p>"),
        ("image", {"image": picture, "caption": ""}),
        ("gallery", {"heading": "", "images": [{"image": picture, "caption": "One"}] * 2}),
        ("quote", {"text": "Well done", "attribution": ""}),
        ("code", {"language": "python", "code": "print(1 < 2)"}),
        (
            "embed",
            {
                "url": "https://www.youtube.com/watch?v=abc",
                "title": "Talk",
                "thumbnail": picture,
            },
        ),
        ("document", {"document": document, "title": ""}),
        ("call_to_action", action("Join us", page=page)),
        ("call_to_action", action("Not yet", page=draft)),
        ("call_to_action", action("Elsewhere", url="https://example.org/join")),
    ]


def action(heading: str, *, page: Page | None = None, url: str = "") -> dict[str, Any]:
    return {"heading": heading, "text": "", "label": "Go", "page": page, "url": url}


def sections(home: Page, event: Page, testimonial: Any, picture: SiteImage) -> str:
    """Every kind of section, as Wagtail stores them."""
    lists = {"heading": "Latest", "limit": 3}
    values: list[tuple[str, Any]] = [
        (
            "hero",
            {
                "heading": "Hello",
                "text": "",
                "image": picture.pk,
                "links": [{"label": "Events", "page": event.pk, "url": ""}],
            },
        ),
        ("rich_text", f'<p><a linktype="page" id="{event.pk}">event</a></p>'),
        ("statistics", {"heading": "", "items": [{"value": "250+", "label": "members"}]}),
        ("events", {**lists, "mode": "upcoming", "selected": []}),
        ("events", {**lists, "mode": "selected", "selected": [event.pk]}),
        ("testimonials", {**lists, "mode": "featured", "selected": []}),
        ("testimonials", {**lists, "mode": "selected", "selected": [testimonial.pk]}),
        ("projects", {**lists, "mode": "featured"}),
        ("contributions", {**lists, "mode": "latest"}),
        (
            "call_to_action",
            {"heading": "Join", "text": "", "label": "Go", "page": home.pk, "url": ""},
        ),
        ("contact_form", {"heading": "Write to us", "text": ""}),
        ("newsletter_form", {"heading": "News", "text": "Monthly."}),
    ]
    return json.dumps(
        [
            {"type": kind, "id": f"section-{number}", "value": value}
            for number, (kind, value) in enumerate(values)
        ]
    )


def seed() -> Seed:
    """Build the site. The test database has to be inside of a transaction.

    Its indexes are written once, at the end: that is a third of the time.
    """
    with indexed_by_hand():
        made = _make()
    index_events(EventPage.objects.all())
    for each in (made.home, made.about, made.testimonial, *Navigation.objects.all()):
        ReferenceIndex.create_or_update_for_object(each)
    return made


def _make() -> Seed:
    prepare_site()
    home, home_es = (HomePage.objects.get(locale__language_code=code) for code in ("en", "es"))
    picture = make_image(png((320, 180)), "wide.png", description="A wide rectangle")
    document = get_document_model().objects.create(
        title="Notes", file=ContentFile(b"Some notes", name="notes.txt")
    )
    document.get_file_size()
    draft = make_event(title="Secret plan", slug="secret-plan", publish=False)
    about = make_standard_page(home, title="About us", slug="about", summary="Who we are")
    about = republish(about, body=body(home, draft, picture, document), cover=picture)
    event = _full_event(picture, body(about, draft, picture, document))
    (event_es,) = ensure_translations(page=event)
    ensure_translations(page=about)
    testimonial = make_testimonial(
        author_name="Ana", rating=5, featured=True, author_photo=picture, quote="<b>Bold</b> & good"
    )
    republish(home, sections=sections(home, event, testimonial, picture))
    _site_words(home, event, draft, picture)
    redirect = Redirect.add_redirect("/old-about", redirect_to=about, is_permanent=True)
    return Seed(
        home=home,
        home_es=home_es,
        about=about,
        event=event,
        event_es=EventPage.objects.get(pk=event_es.pk),
        draft=draft,
        testimonial=testimonial,
        redirect=redirect,
        project=make_project(picture),
        picture=picture,
        document=document,
    )


def _full_event(picture: SiteImage, blocks_of_body: list[tuple[str, Any]]) -> EventPage:
    event = make_event(
        title="Django workshop",
        slug="django-workshop",
        summary="Learn to build a site",
        starts_at=in_hours(24),
        ends_at=in_hours(27),
        timezone="America/Costa_Rica",
        event_type="workshop",
        attendance_mode="mixed",
        venue_name="Room 4",
        venue_address="Calle 2",
        venue_city="San José",
        venue_country="Costa Rica",
        venue_latitude="9.934740",
        venue_longitude="-84.087502",
        online_url="https://meet.example.org/a",
        registration_url="https://tickets.example.org/a",
        capacity=30,
        is_free=False,
        price_amount="12.50",
        price_currency="EUR",
        organizer_name="The lab",
        organizer_url="https://lab.example.org",
        featured=True,
        seo_title="Workshop on Django",
        search_description="A workshop",
        cover=picture,
        tags=["python", "web"],
        speakers=[
            {"name": "Ana", "role": "Developer", "organisation": "Lab", "photo": picture},
            {"name": "Luis"},
        ],
    )
    event.sessions.add(
        Session(
            title="Opening",
            speaker_names="Ana, Luis",
            starts_at=event.starts_at,
            ends_at=event.starts_at + timedelta(minutes=30),
            slides_url="https://slides.example.org/1",
        )
    )
    changed: EventPage = republish(event, body=blocks_of_body)
    return changed


def _site_words(home: Page, event: Page, draft: Page, picture: SiteImage) -> None:
    site_settings = SiteSettings.objects.get(site=Site.objects.get(is_default_site=True))
    site_settings.name = "The lab"
    site_settings.logo = picture
    site_settings.contact_email = "hello@example.org"
    site_settings.privacy_page = StandardPage.objects.get(slug="about", locale=home.locale)
    profile = {"platform": "github", "url": "https://github.com/example"}
    site_settings.social_links = [("profile", profile)]
    site_settings.save()
    for navigation in Navigation.objects.all():
        item = {"label": "Events", "page": event.get_parent(), "url": ""}
        outside = {"label": "Blog", "page": None, "url": "https://blog.example.org"}
        hidden = {"label": "Hidden", "page": draft, "url": ""}
        children = [{"label": "Next", "page": event, "url": ""}, hidden, outside]
        navigation.tagline = "We build"
        navigation.items = [
            ("item", {**item, "children": children}),
            ("item", {**hidden, "children": []}),
        ]
        navigation.footer_text = f'<p><a linktype="page" id="{home.pk}">Home</a></p>'
        navigation.footer_links = [("link", outside), ("link", hidden)]
        navigation.seo_title = "The lab"
        navigation.seo_image = picture
        navigation.save_revision()
        publish(instance=navigation)
