"""Content for tests, made through the models, published as an editor would."""

import io
import itertools
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as PillowImage
from wagtail.documents import get_document_model
from wagtail.models import Locale, Page

from content.models import EventIndexPage, EventPage, SiteImage, Speaker, StandardPage, Testimonial
from integrations.github.models import Contribution, Project

_numbers = itertools.count(1)


def png(size: tuple[int, int] = (40, 30), colour: str = "teal", *, alpha: bool = False) -> bytes:
    output = io.BytesIO()
    picture = PillowImage.new("RGBA" if alpha else "RGB", size, colour)
    picture.save(output, "PNG")
    return output.getvalue()


def jpeg(size: tuple[int, int] = (40, 30), colour: str = "teal", **options: Any) -> bytes:
    output = io.BytesIO()
    PillowImage.new("RGB", size, colour).save(output, "JPEG", **options)
    return output.getvalue()


def make_image(content: bytes | None = None, name: str = "picture.jpg", **values: Any) -> SiteImage:
    number = next(_numbers)
    image = SiteImage(
        title=f"Picture {number}",
        description=values.pop("description", f"A teal rectangle, number {number}"),
        file=ContentFile(content or jpeg(), name=name),
        **values,
    )
    image.save()
    return image


def make_document(name: str = "notes.txt", content: bytes = b"Notes") -> Any:
    model = get_document_model()
    return model.objects.create(title="Notes", file=ContentFile(content, name=name))


def event_index(language: str = "en") -> EventIndexPage:
    return EventIndexPage.objects.get(locale__language_code=language)


def make_page(model: type[Any], parent: Page, *, publish: bool | None = True, **values: Any) -> Any:
    number = next(_numbers)
    values.setdefault("title", f"{model._meta.verbose_name} {number}".capitalize())
    values.setdefault("slug", f"page-{number}")
    if publish is None:
        return parent.add_child(instance=model(locale=parent.locale, live=True, **values))
    page = parent.add_child(instance=model(locale=parent.locale, live=False, **values))
    revision = page.save_revision()
    if publish:
        revision.publish()
    return model.objects.get(pk=page.pk)


def make_event(
    *,
    language: str = "en",
    publish: bool = True,
    quick: bool = False,
    speakers: list[dict[str, Any]] | None = None,
    tags: list[str] | None = None,
    **values: Any,
) -> EventPage:
    """A published event that starts tomorrow, unless ``values`` say otherwise.

    ``quick``: live without a revision, for tests that need many.
    """
    values.setdefault("starts_at", in_hours(24))
    index = event_index(language)
    page = make_page(EventPage, index, publish=None if quick else False, **values)
    for number, speaker in enumerate(speakers or []):
        page.speakers.add(Speaker(sort_order=number, **speaker))
    page.tags.add(*(tags or []))
    if quick:
        page.save()
        return page  # type: ignore[no-any-return]
    revision = page.save_revision()
    if publish:
        revision.publish()
    event: EventPage = EventPage.objects.get(pk=page.pk)
    return event


def make_standard_page(parent: Page, **values: Any) -> StandardPage:
    page: StandardPage = make_page(StandardPage, parent, **values)
    return page


def make_testimonial(
    *, language: str = "en", publish: bool = True, quick: bool = False, **values: Any
) -> Testimonial:
    number = next(_numbers)
    values.setdefault("author_name", f"Author {number}")
    values.setdefault("quote", f"They answered all {number} of our questions.")
    values.setdefault("sort_order", number)
    testimonial = Testimonial(
        locale=Locale.objects.get(language_code=language), live=publish, **values
    )
    testimonial.save()
    if quick:
        return testimonial
    revision = testimonial.save_revision()
    if publish:
        revision.publish()
    testimonial.refresh_from_db()
    return testimonial


def make_project(cover: SiteImage | None = None) -> Project:
    """A featured repository, and a merged pull request to it."""
    made_at = in_hours(-48)
    project = Project(
        github_id=next(_numbers),
        owner="example-lab",
        name="tool.js",
        html_url="https://github.com/example-lab/tool.js",
        created_at=made_at,
        is_featured=True,
        cover=cover,
    )
    Contribution.objects.create(
        github_id=project.github_id,
        type=Contribution.Type.PULL_REQUEST,
        state=Contribution.State.MERGED,
        repository=project.full_name,
        repository_key=project.full_name,
        number=7,
        title="Read <b>tags</b> as text",
        html_url=f"{project.html_url}/pull/7",
        author="ana",
        author_key="ana",
        author_html_url="https://github.com/ana",
        created_at=made_at,
        merged_at=in_hours(-1),
    )
    project.save()
    return project


def in_hours(hours: float) -> datetime:
    return (timezone.now() + timedelta(hours=hours)).replace(microsecond=0)
