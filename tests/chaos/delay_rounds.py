"""How long a change takes to be in the answers of two web processes, and to be told.

Two servers with a process each, a worker, and a receiver that asks both servers for the changed
answer in the moment in which it is told.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from wagtail.models import PageViewRestriction, Site

from cms.ops.log_levels import EDITORIAL_LOGGERS, only_warnings
from content.models import EventPage, SiteSettings
from content.publishing import publish, save_revision
from home.setup import prepare_site
from integrations.webhooks import services
from tests.chaos.worker_rounds import kill, say, start_worker, wait_until
from tests.cms.http.conftest import LiveServer, running_server
from tests.cms.http.test_live_server import parts
from tests.database_copy import url_of_database
from tests.factories import make_event, make_testimonial
from tests.integrations.webhooks.receiver import Receiver, answer

SERVER_SETTINGS = "tests.cms.http.response_cache.live_settings"
PROMISED_SECONDS = 1.0
EVENTS = "/api/v2/events/?limit=100"


@dataclass(frozen=True)
class Change:
    """What somebody does, and an address that answers something else afterwards."""

    name: str
    target: str
    make: Callable[[Any], object]
    of: Callable[[], Any]


@dataclass
class Delays:
    """Seconds from the commit; for the message also whether both answered the new by then."""

    of_processes: list[float] = field(default_factory=list)
    of_messages: list[float] = field(default_factory=list)
    told_too_early: int = 0

    @property
    def keep_the_promises(self) -> bool:
        return max(self.of_processes) <= PROMISED_SECONDS and not self.told_too_early


def _retitle(event: EventPage) -> None:
    event.title = f"Meetup {time.time()}"
    save_revision(instance=event)
    publish(instance=event)


def _rename_site(site_settings: SiteSettings) -> None:
    site_settings.name = f"Lab {time.time()}"
    site_settings.save()


def _quote(testimonial: Any) -> None:
    testimonial.author_name = f"Ana {time.time()}"
    save_revision(instance=testimonial)
    publish(instance=testimonial)


def _hide(event: EventPage) -> None:
    PageViewRestriction.objects.create(page=event, restriction_type="login")


CHANGES = (
    Change("publish", EVENTS, _retitle, make_event),
    Change("unpublish", EVENTS, lambda event: event.unpublish(), make_event),
    Change("delete", EVENTS, lambda event: event.delete(), make_event),
    Change("restrict", EVENTS, _hide, make_event),
    Change("testimonial", "/api/v2/testimonials/", _quote, make_testimonial),
    Change(
        "site settings",
        "/api/v2/site/",
        _rename_site,
        lambda: SiteSettings.for_site(Site.objects.get(is_default_site=True)),
    ),
)


class Rounds:
    """Changes, one after the other, seen by two servers and a receiver."""

    def __init__(self, servers: list[LiveServer], receiver: Receiver) -> None:
        self._servers = servers
        self._receiver = receiver

    def run(self, change: Change, number: int) -> Delays:
        delays = Delays()
        for _round in range(number):
            self._once(change, change.of(), delays)
        return delays

    def _once(self, change: Change, thing: Any, delays: Delays) -> None:
        self._wait_until_quiet()
        before = [self._body(server, change.target) for server in self._servers]
        told: list[tuple[float, list[bytes]]] = []

        def note_and_answer(connection: Any) -> None:
            at = time.monotonic()
            told.append((at, [self._body(server, change.target) for server in self._servers]))
            answer()(connection)

        self._receiver.behave(note_and_answer)
        with transaction.atomic():
            change.make(thing)
        committed_at = time.monotonic()
        waiting = dict(enumerate(self._servers))
        while waiting:
            for index, server in list(waiting.items()):
                asked_at = time.monotonic()
                if self._body(server, change.target) != before[index]:
                    delays.of_processes.append(asked_at - committed_at)
                    del waiting[index]
            time.sleep(0.01)
        wait_until(lambda: bool(told), "nobody was told")
        at, answers = told[0]
        delays.of_messages.append(at - committed_at)
        delays.told_too_early += answers != [
            self._body(server, change.target) for server in self._servers
        ]

    def _wait_until_quiet(self) -> None:
        """Until what was made for the round has been told as well."""
        count = -1
        while count != len(self._receiver.received):
            count = len(self._receiver.received)
            time.sleep(4)

    def _body(self, server: LiveServer, target: str) -> bytes:
        status, _headers, body = parts(server.get(target))
        assert status == HTTPStatus.OK, f"{target} is answered with {status}"
        return body


def run(*, rounds: int) -> int:
    """Print the table; 1 if a promise was not kept."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    prepare_site()
    settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES = True
    url = url_of_database()
    with only_warnings(*EDITORIAL_LOGGERS), ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cms-delays-")))
        servers = [
            stack.enter_context(
                running_server(folder / name, url, DJANGO_SETTINGS_MODULE=SERVER_SETTINGS)
            )
            for name in ("one", "other")
        ]
        receiver = stack.enter_context(Receiver())
        services.add_endpoint(url=receiver.url)
        stack.callback(kill, start_worker(url))
        is_kept = _print_table(Rounds(servers, receiver), rounds)
    connections.close_all()
    return int(not is_kept)


def _print_table(all_rounds: Rounds, number: int) -> bool:
    say(f"{'seconds after the commit':<26} {'answers':>17} {'messages':>17}  too early")
    say(f"{'':<26} {'median':>8} {'most':>8} {'median':>8} {'most':>8}")
    is_kept = True
    for change in CHANGES:
        delays = all_rounds.run(change, number)
        figures = [
            function(values)
            for values in (delays.of_processes, delays.of_messages)
            for function in (statistics.median, max)
        ]
        shown = " ".join(f"{figure:>8.2f}" for figure in figures)
        say(f"{change.name:<26} {shown}  {delays.told_too_early:>9}")
        is_kept &= delays.keep_the_promises
    return is_kept
