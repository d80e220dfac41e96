"""The shipped VCL in a real Varnish, between readers and the real site with a real worker."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from pytest_django import Settings

from content.models import EventPage
from content.publishing import publish, save_revision
from integrations.webhooks import services
from tests.cms.http.conftest import running_server
from tests.cms.ops.conftest import StartProcess, read_until, start_process, wait_until
from tests.factories import make_event
from tests.integrations.webhooks.receiver import Receiver, answer
from tests.ports import free_port

__all__ = ["start_process"]

VCL = Path(__file__).resolve().parents[2] / "deploy" / "varnish.vcl"
TOKEN = "a-token-of-more-than-24-characters"
EVENTS = "/api/v2/events/"
PATIENCE_SECONDS = 60


def configuration(upstream_port: int) -> str:
    """The shipped one for this machine; it keeps answers for so long that only a purge helps."""
    text = VCL.read_text()
    for here, there in (('.host = "web"', '.host = "127.0.0.1"'), ('"8000"', f'"{upstream_port}"')):
        assert here in text
        text = text.replace(here, there)
    return text + "sub vcl_backend_response { set beresp.ttl = 1h; }\n"


@contextmanager
def varnish(folder: Path, upstream_port: int) -> Iterator[int]:
    """The port of a running Varnish."""
    program = shutil.which("varnishd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("varnish is not installed (Debian: apt-get install varnish)")
        pytest.skip("varnish is not installed (Debian: apt-get install varnish)")
    folder.mkdir()
    file = folder / "site.vcl"
    file.write_text(configuration(upstream_port))
    port = free_port()
    arguments = ["-F", "-j", "none", "-n", str(folder / "work"), "-f", str(file)]
    arguments += ["-a", f"127.0.0.1:{port}", "-s", "malloc,16m"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, *arguments], env={**os.environ, "PURGE_TOKEN": TOKEN}, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"Varnish does not listen:\n{(folder / 'log').read_text()}")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


class Reader:
    """Somebody who reads the site through Varnish."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers={"Host": "localhost", **given})
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return response.status, names, response.read()
        finally:
            connection.close()

    def is_kept(self, path: str, **headers: str) -> bool:
        return self.ask("GET", path, **headers)[1].get("cache-status") == "varnish; hit"

    def titles(self) -> list[str]:
        return [item["title"] for item in json.loads(self.ask("GET", EVENTS)[2])["items"]]


@pytest.fixture(scope="module")
def reader(committed_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("varnish")
    cached = {"DJANGO_SETTINGS_MODULE": "tests.cms.http.response_cache.live_settings"}
    with ExitStack() as stack:
        web = stack.enter_context(running_server(folder / "web.log", committed_database, **cached))
        yield Reader(stack.enter_context(varnish(folder / "varnish", web.port)))


@pytest.fixture
def start_worker(
    start_process: StartProcess, committed_database: str, reader: Reader, settings: Settings
) -> Callable[[], None]:
    settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES = True

    def start() -> None:
        environment = {
            "DATABASE_URL": committed_database,
            "DJANGO_SETTINGS_MODULE": "cms.settings.testing",
            "WEBHOOKS_ALLOW_PRIVATE_ADDRESSES": "true",
            "OUTER_CACHE_PURGE_URLS": f"http://127.0.0.1:{reader.port}/",
            "OUTER_CACHE_PURGE_TOKEN": TOKEN,
        }
        process = start_process([sys.executable, "manage.py", "worker"], environment)
        read_until(process, "Worker started")

    return start


def republish(event: EventPage, title: str) -> None:
    with transaction.atomic():
        event.title = title
        save_revision(instance=event)
        publish(instance=event)


def test_receiver_that_is_told_reads_the_new_answer(
    reader: Reader, start_worker: Callable[[], None]
) -> None:
    found: list[list[str]] = []

    def read_and_answer(connection: Any) -> None:
        found.append(reader.titles())
        answer()(connection)

    assert reader.titles() == []
    event = make_event(title="Soldering night")
    assert reader.titles() == []
    start_worker()
    # There is nobody to tell: the worker sees the change by itself.
    wait_until(lambda: reader.titles() == ["Soldering night"], "nothing was purged")

    with Receiver() as receiver:
        receiver.behave(read_and_answer)
        services.add_endpoint(url=receiver.url)
        assert reader.is_kept(EVENTS)
        republish(event, "Weaving night")
        assert reader.titles() == ["Soldering night"]
        wait_until(lambda: bool(found), "nobody was told")
    assert found == [["Weaving night"]]


def test_purge_needs_the_token(reader: Reader) -> None:
    path = "/api/v2/site/"
    reader.ask("GET", path)
    for wrong in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}x"}):
        assert reader.ask("PURGE", "/", **wrong)[0] == 403
    assert reader.is_kept(path)
    assert reader.ask("PURGE", "/", Authorization=f"Bearer {TOKEN}")[0] == 204
    assert not reader.is_kept(path)
    assert reader.is_kept(path)


def test_public_answer_is_one_for_everybody(reader: Reader) -> None:
    first = reader.ask("GET", f"{EVENTS}?limit=7&offset=0")
    status, headers, body = reader.ask(
        "GET",
        f"{EVENTS}?offset=0&limit=7",
        Cookie="sessionid=1",
        Authorization="Bearer 1",
        Accept_Encoding="identity",
    )
    assert (status, headers["cache-status"], body) == (200, "varnish; hit", first[2])
    assert "x-request-id" not in headers
    assert "x-kept-url" not in headers
    etag = headers["etag"]
    assert reader.ask("GET", f"{EVENTS}?limit=7&offset=0", If_None_Match=etag)[0] == 304


@pytest.mark.parametrize("path", ["/admin/login/", "/api/v2/nowhere/", "/readyz"])
def test_what_is_not_public_or_no_answer_is_never_kept(reader: Reader, path: str) -> None:
    reader.ask("GET", path)
    assert not reader.is_kept(path)


def test_private_routes_are_those_of_the_application() -> None:
    (listed,) = re.findall(r'"\^/api/\((.+?)\)\(', VCL.read_text())
    private = {f"/api/{name}" for name in listed.split("|")}
    assert private == set(django_settings.PRIVATE_API_PREFIXES)
