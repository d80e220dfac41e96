"""A small site in two languages with its frontend, for journeys of editors who look at drafts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pytest_django import DjangoDbBlocker
from wagtail.models import Site

from content.models import Navigation
from content.publishing import publish, save_revision
from home.models import HomePage
from tests.content.api.seed import republish
from tests.database_copy import database_for_others
from tests.factories import make_event, make_standard_page, make_testimonial
from tests.ports import free_port
from tests.running_sites import manage, prepare_with_members, server

FIRST_TITLE, EVENT_TITLE = "Evening of solder", "Night of solder"
# Longer than any panel is high, so that there is something to scroll.
_LONG = [("rich_text", f"<p>{number}. {'Bring a board. ' * 40}</p>") for number in range(12)]


@dataclass(frozen=True)
class PreviewSite:
    """Where API and admin, and where the frontend answer; where the things are in the admin."""

    url: str
    frontend_url: str
    paths: dict[str, str]


@contextmanager
def preview_site(blocker: DjangoDbBlocker, folder: Path) -> Iterator[PreviewSite]:
    url, frontend_url = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    paths: dict[str, str] = {}

    def prepare() -> None:
        prepare_with_members()
        Site.objects.update(hostname="127.0.0.1", port=urlsplit(frontend_url).port)
        paths.update(_seed())

    with database_for_others(blocker, "preview", prepare=prepare) as database_url:
        environment = {
            "DATABASE_URL": database_url,
            "DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "cms.settings.testing",
            "PUBLIC_URL": url,
            "FRONTEND_URL": frontend_url,
            "FRONTEND_ORIGINS": "",
            "WEB_PROCESSES": "1",
        }
        with (
            server(manage("serve", *_address(url)), environment, f"{url}/healthz", folder / "log"),
            server(
                manage("serve_frontend", *_address(frontend_url)),
                environment,
                frontend_url,
                folder / "log",
            ),
        ):
            yield PreviewSite(url, frontend_url, paths)


def _seed() -> dict[str, str]:
    """Make the content, and answer the paths of its forms."""
    home = HomePage.objects.get(locale__language_code="en")
    sections = [("hero", {"heading": "We solder", "text": "", "links": []})]
    home = republish(home, sections=sections)
    event = make_event(slug="solder", body=_LONG)
    for event.title in (FIRST_TITLE, EVENT_TITLE):
        save_revision(instance=event)
    publish(instance=event)
    about = make_standard_page(home, slug="about", title="About us", body=_LONG[:1])
    testimonials = {
        language: make_testimonial(language=language, author_name=name, quote=quote)
        for language, name, quote in (("en", "Ada", "They listen."), ("es", "Eva", "Escuchan."))
    }
    paths = {
        name: f"/admin/pages/{page.pk}/edit/"
        for name, page in (("event", event), ("home", home), ("about", about))
    }
    for language, testimonial in testimonials.items():
        paths[f"testimonial {language}"] = _snippet("testimonial", testimonial.pk)
        navigation = Navigation.objects.get(locale__language_code=language)
        paths[f"navigation {language}"] = _snippet("navigation", navigation.pk)
    return paths


def _snippet(name: str, pk: int) -> str:
    return f"/admin/snippets/content/{name}/edit/{pk}/"


def _address(url: str) -> list[str]:
    return ["--host", "127.0.0.1", "--port", str(urlsplit(url).port)]
