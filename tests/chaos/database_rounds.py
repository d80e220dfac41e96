"""PostgreSQL restarts again and again while a web server and a worker use it.

A server of its own in a folder of its own. One thread reads an event, one publishes it in the
admin; what was acknowledged has to be there at the end.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import close_old_connections, connections
from wagtail.models import PageLogEntry

from cms.models import User
from cms.ops.embedded_postgres import EmbeddedPostgres
from home.setup import prepare_site
from tests.chaos.worker_rounds import PROJECT, say, start_worker, wait_until
from tests.content.admin.steps import form_data
from tests.factories import make_event

CSRF = "0123456789abcdefghijklmnopqrstuv"
TITLE = "Meetup"


@dataclass
class Account:
    """`answers` by kind of request and what came; `seconds_until_served` after each restart."""

    restarts: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    seconds_until_served: list[float] = field(default_factory=list)
    worker_survived: bool = False

    def __str__(self) -> str:
        answers = ", ".join(f"{kind}: {number}" for kind, number in sorted(self.answers.items()))
        return (
            f"{self.restarts} restarts; {answers}; acknowledged {len(self.acknowledged)}, "
            f"missing {len(self.missing)}; first answer after "
            f"{max(self.seconds_until_served):.1f} s at most; worker survived: "
            f"{self.worker_survived}"
        )


class Round:
    """Reads and publishes over HTTP while the server is restarted."""

    def __init__(self, server: EmbeddedPostgres, *, port: int, restarts: int) -> None:
        self._server = server
        self._port = port
        self._stop = threading.Event()
        self._account = Account(restarts=restarts)

    def run(self) -> Account:
        event = make_event(title=TITLE, slug=TITLE.lower())
        cookies = self._signed_in()
        with self._serving():
            worker = start_worker(self._server.url)
            threads = [
                threading.Thread(target=self._read, args=(event.pk,)),
                threading.Thread(target=self._publish, args=(event.pk, cookies)),
            ]
            for thread in threads:
                thread.start()
            for number in range(self._account.restarts):
                self._wait_for_a_publication()
                time.sleep(random.uniform(0.0, 2.0))  # noqa: S311
                self._restart(immediately=bool(number % 2))
                self._wait_until_served(event.pk)
            self._stop.set()
            for thread in threads:
                thread.join()
            self._account.worker_survived = worker.poll() is None
            worker.terminate()
            self._account.worker_survived &= worker.wait(60) == 0
        self._look_for_what_was_acknowledged(event.pk)
        return self._account

    def _signed_in(self) -> str:
        user = User.objects.create_superuser("chief", "chief@example.org", "long-password")
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        return (
            f"{settings.SESSION_COOKIE_NAME}={session.session_key}; "
            f"{settings.CSRF_COOKIE_NAME}={CSRF}"
        )

    @contextmanager
    def _serving(self) -> Iterator[None]:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(self._port)],
            cwd=PROJECT,
            env={**os.environ, "DATABASE_URL": self._server.url, "WEB_PROCESSES": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_until(lambda: self._status("GET", "/healthz") == "200", "no web server")
            yield
        finally:
            server.terminate()
            server.wait(60)

    def _restart(self, *, immediately: bool) -> None:
        if immediately:
            pid_file = self._server.data / "postmaster.pid"
            os.kill(int(pid_file.read_text().split("\n", 1)[0]), signal.SIGQUIT)
            wait_until(lambda: self._server.has_died, "PostgreSQL goes on")
        self._server.stop()
        self._server.start()

    def _wait_until_served(self, event: int) -> None:
        started = time.monotonic()
        path = f"/api/v2/events/{event}/"
        wait_until(lambda: self._status("GET", path) == "200", "not served")
        self._account.seconds_until_served.append(time.monotonic() - started)

    def _wait_for_a_publication(self) -> None:
        before = len(self._account.acknowledged)
        wait_until(lambda: len(self._account.acknowledged) > before, "nothing is published")

    def _read(self, event: int) -> None:
        while not self._stop.is_set():
            self._account.answers["read " + self._status("GET", f"/api/v2/events/{event}/")] += 1
            time.sleep(0.02)

    def _publish(self, event: int, cookies: str) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            mark = f"edition {number}"
            data = form_data(TITLE, summary=mark)
            data |= {"action-publish": "on", "csrfmiddlewaretoken": CSRF}
            headers = {
                "Cookie": cookies,
                "Content-Type": "application/x-www-form-urlencoded",
            }
            body = urlencode(data, doseq=True)
            path = f"/admin/pages/{event}/edit/"
            status = self._status("POST", path, body=body, headers=headers)
            self._account.answers["publish " + status] += 1
            if status == "302":
                self._account.acknowledged.add(mark)

    def _status(
        self, method: str, path: str, *, body: str = "", headers: dict[str, str] | None = None
    ) -> str:
        """The status, and for errors under /api/ whether they are problem documents."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(method, path, body or None, {"Host": "localhost", **(headers or {})})
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()
        status = str(answer.status)
        if answer.status >= 400 and path.startswith("/api/"):
            is_problem = json.loads(content).get("status") == answer.status
            status += " problem" if is_problem else " not a problem document"
        return status

    def _look_for_what_was_acknowledged(self, event: int) -> None:
        close_old_connections()
        entries = PageLogEntry.objects.filter(page=event, action="wagtail.publish")
        revisions = entries.select_related("revision")
        found = {entry.revision.content["summary"] for entry in revisions if entry.revision}
        self._account.missing = self._account.acknowledged - found


def run(server: EmbeddedPostgres, *, port: int, restarts: int) -> int:
    """1 if something acknowledged is missing, or a server or worker had to be started again."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    prepare_site()
    account = Round(server, port=port, restarts=restarts).run()
    connections.close_all()
    say(f"PostgreSQL: {account}")
    unexpected = [kind for kind in account.answers if "not a problem" in kind]
    return int(bool(account.missing or unexpected) or not account.worker_survived)
