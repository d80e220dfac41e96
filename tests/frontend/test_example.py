"""The Astro example of docs/frontend.md: installed, built, and read beside the demo site."""

import http.client
import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg
import pytest
import requests
from bs4 import BeautifulSoup

from tests.demo_site import DemoSite
from tests.frontend.node import NODE, PROJECT
from tests.ports import free_port
from tests.running_sites import server

FOLDER = PROJECT / "docs" / "examples" / "astro"
INSTALLS_WITHIN = BUILDS_WITHIN = 600

INSERT_REDIRECT = """
    INSERT INTO wagtailredirects_redirect
        (old_path, site_id, is_permanent, redirect_link, redirect_page_route_path,
         automatically_created)
    SELECT %s, id, %s, %s, '', false FROM wagtailcore_site WHERE is_default_site
"""


@dataclass(frozen=True)
class Answer:
    """What a browser that follows no redirect gets."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Example:
    url: str

    def get(self, target: str) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        try:
            connection.request("GET", target)
            response = connection.getresponse()
            body = response.read().decode()
        finally:
            connection.close()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, body)


@pytest.fixture(scope="module")
def entry() -> Path:
    """The built server."""
    install = ["sh", "scripts/npm.sh", str(FOLDER.relative_to(PROJECT))]
    subprocess.run(install, cwd=PROJECT, timeout=INSTALLS_WITHIN, check=True)
    if not (FOLDER / "node_modules" / ".installed").is_file():
        pytest.skip("The npm packages of the example are not installed.")
    build = subprocess.run(
        [NODE, "node_modules/astro/bin/astro.mjs", "build"],
        cwd=FOLDER,
        env={**os.environ, "ASTRO_TELEMETRY_DISABLED": "1"},
        capture_output=True,
        text=True,
        timeout=BUILDS_WITHIN,
    )
    assert build.returncode == 0, build.stdout + build.stderr
    return FOLDER / "dist" / "server" / "entry.mjs"


@contextmanager
def running(entry: Path, api_url: str, log: Path) -> Iterator[Example]:
    port = free_port()
    environment = {
        "API_URL": api_url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "ASTRO_TELEMETRY_DISABLED": "1",
    }
    url = f"http://127.0.0.1:{port}"
    with server([NODE, entry], environment, url, log):
        yield Example(url)


@pytest.fixture(scope="module")
def example(
    entry: Path, demo_site: DemoSite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Example]:
    with running(entry, demo_site.url, tmp_path_factory.mktemp("astro") / "log") as started:
        yield started


def test_example_is_short() -> None:
    files = [*FOLDER.glob("*.json"), *FOLDER.glob("*.mjs"), *FOLDER.glob("src/**/*.*")]
    own = [path for path in files if path.name != "package-lock.json"]
    assert len(own) > 5
    assert sum(len(path.read_text().splitlines()) for path in own) <= 200


def test_route_in_the_documentation_is_the_examples() -> None:
    route = (FOLDER / "src" / "pages" / "[...path].astro").read_text()
    assert f"```astro\n{route}```" in (PROJECT / "docs" / "frontend.md").read_text()


def test_landing_page_has_its_sections_and_pictures_in_sizes(
    example: Example, demo_site: DemoSite
) -> None:
    answer = example.get("/")
    assert answer.status == 200
    assert answer.headers["cache-control"].startswith("public, max-age=")
    assert '<html lang="en">' in answer.body
    assert '<a href="/events/open-lab-week/">Open lab week</a>' in answer.body
    srcsets = re.findall(r'<source type="image/webp" srcset="([^"]+)" sizes="[^"]+"', answer.body)
    assert len(srcsets) > 1
    address, width = srcsets[0].split(", ")[0].split(" ")
    assert address.startswith(demo_site.url)
    assert re.fullmatch(r"\d+w", width)
    with urlopen(address, timeout=60) as picture:  # noqa: S310 - begins with the site's own URL
        assert picture.headers["Content-Type"] == "image/webp"
    for tag in re.findall(r"<img [^>]+>", answer.body):
        assert re.search(r'alt="[^"]+" width="\d+" height="\d+"', tag), tag


@pytest.mark.parametrize(
    ("path", "title", "other"),
    [
        (
            "/events/open-lab-week/",
            "Open lab week",
            ("es", "/es/eventos/semana-de-laboratorio-abierto/"),
        ),
        (
            "/es/eventos/semana-de-laboratorio-abierto/",
            "Semana de laboratorio abierto",
            ("en", "/events/open-lab-week/"),
        ),
    ],
)
def test_event_is_shown_in_each_language(
    example: Example, demo_site: DemoSite, path: str, title: str, other: tuple[str, str]
) -> None:
    answer = example.get(path)
    assert answer.status == 200
    assert f"<title>{title} · Yigüirro Lab</title>" in answer.body
    assert f"<h1>{title}</h1>" in answer.body
    base = demo_site.frontend_url
    language, path_there = other
    assert f'<link rel="canonical" href="{base}{path}">' in answer.body
    assert f'<link rel="alternate" hreflang="{language}" href="{base}{path_there}">' in answer.body
    data = re.search(r'<script type="application/ld\+json">(.+?)</script>', answer.body)
    assert data is not None
    assert json.loads(data[1])["@type"] == "Event"


def test_event_list_links_what_comes(example: Example) -> None:
    answer = example.get("/es/eventos/")
    assert answer.status == 200
    assert len(re.findall(r'<h2><a href="/es/eventos/[^"]+/">', answer.body)) > 5


@pytest.mark.parametrize("status", [301, 302])
def test_redirect_of_the_editors_keeps_its_status(
    example: Example, demo_site: DemoSite, status: int
) -> None:
    old_path = f"/old-{status}"
    with psycopg.connect(demo_site.database_url, autocommit=True) as database:
        database.execute(INSERT_REDIRECT, [old_path, status == 301, "https://example.org/new"])
    answer = example.get(f"{old_path}/")
    assert answer.status == status
    assert answer.headers["location"] == "https://example.org/new"


@pytest.mark.parametrize("path", ["/nothing/", "/es/nada/", "/es/%C3%B1/", "/%00", "/..%2f.."])
def test_what_is_not_there_is_a_404_in_the_frame_of_the_site(example: Example, path: str) -> None:
    answer = example.get(path)
    assert answer.status == 404
    assert '<a href="/events/">' in answer.body or '<a href="/es/eventos/">' in answer.body


def open_draft(site: DemoSite, slug: str) -> str:
    """The path at which the admin opens the frontend for the draft of an event."""
    with urlopen(f"{site.url}/api/v2/resolve/?path=/events/{slug}/", timeout=60) as answer:  # noqa: S310 - as above
        page = json.load(answer)["page"]["id"]
    with requests.Session() as editor:
        sign_in = f"{site.url}/admin/login/"
        form = BeautifulSoup(editor.get(sign_in, timeout=60).content, "html.parser")
        token = form.select_one("[name=csrfmiddlewaretoken]")
        assert token is not None
        values = {"username": "editor", "password": site.password}
        editor.post(sign_in, {**values, "csrfmiddlewaretoken": token["value"]}, timeout=60)
        draft = editor.get(f"{site.url}/admin/pages/{page}/view_draft/", timeout=60)
    frame = BeautifulSoup(draft.content, "html.parser").select_one("iframe")
    assert frame is not None, draft.text[:500]
    return str(frame["src"]).removeprefix(site.frontend_url)


def test_draft_is_shown_like_the_page_to_whoever_has_its_token(
    example: Example, demo_site: DemoSite
) -> None:
    address = open_draft(demo_site, "open-lab-week")
    assert address.startswith("/preview?content_type=content.eventpage&token=")
    answer = example.get(address)
    assert answer.status == 200
    assert "<h1>Open lab week</h1>" in answer.body
    assert '<a href="/events/">' in answer.body
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert example.get(f"{address}x").status == 404
    other_type = address.replace("content.eventpage", "content.standardpage")
    assert example.get(other_type).status == 404


def test_preview_that_nobody_may_see_is_a_404_and_private(
    example: Example, demo_site: DemoSite
) -> None:
    answer = example.get("/preview?content_type=content.eventpage&token=none")
    assert answer.status == 404
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-security-policy"] == f"frame-ancestors {demo_site.url}"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex"


def test_site_without_its_api_says_when_to_come_back(entry: Path, tmp_path: Path) -> None:
    with running(entry, f"http://127.0.0.1:{free_port()}", tmp_path / "log") as alone:
        answer = alone.get("/about/")
    assert answer.status == 503
    assert answer.headers["retry-after"] == "10"
    assert answer.headers["cache-control"] == "no-store"
