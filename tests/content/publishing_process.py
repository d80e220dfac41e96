"""Publish in the admin or by the scheduler, and die by `kill -9` at a named point.

Arguments: "admin" or "scheduler", the point, the page's id. Run with the test settings.
"""

import os
import signal
import sys
from typing import Any, NoReturn

import django
from django.core.signals import request_finished
from django.db.models.signals import post_save
from django.test import Client
from django.urls import reverse

django.setup()

from wagtail.models import PageLogEntry  # noqa: E402 - the apps have to be ready
from wagtail.signals import page_published  # noqa: E402

from cms.models import User  # noqa: E402
from content import scheduling  # noqa: E402
from content.models import ScheduledAttempt  # noqa: E402
from tests.content.admin.steps import form_data  # noqa: E402


def die(**kwargs: Any) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def die_at(point: str) -> None:
    if point == "published":
        page_published.connect(die)
    elif point == "logged":
        post_save.connect(die, sender=PageLogEntry)
    elif point == "committed":
        request_finished.connect(die)


def publish(how: str, page: str) -> None:
    if how == "scheduler":
        scheduling.run_due()
        return
    client = Client()
    client.force_login(User.objects.get(username="chief"))
    data = {**form_data("Meetup", summary="changed"), "action-publish": "on"}
    client.post(reverse("wagtailadmin_pages:edit", args=[page]), data)


if __name__ == "__main__":
    how, point, page = sys.argv[1:]
    die_at(point)
    publish(how, page)
    assert not ScheduledAttempt.objects.exists()
    if point == "committed":
        die()
