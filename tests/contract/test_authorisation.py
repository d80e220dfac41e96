"""Who may do what: every route of the admin API, every method, every role, compared with a table.

`authorisation.csv` is read by people before it is committed. It is written anew by
`AUTHORISATION_TABLE=write .venv/bin/python -m pytest tests/contract/test_authorisation.py`.
Bodies are empty objects, so a 400 says that the role may write there.
"""

import csv
import io
import os
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.urls import URLPattern
from django.urls.converters import UUIDConverter
from wagtail.models import GroupPagePermission, Revision

from cms.admin_urls import admin_urlpatterns
from cms.models import User
from content.models import EventIndexPage
from integrations.newsletter.states import State
from tests.admin_clients import api_client_of, make_administrator, make_user
from tests.contract.openapi import ApiClient
from tests.factories import make_event, make_testimonial
from tests.integrations.contact.conftest import make_message
from tests.integrations.newsletter.conftest import subscriber_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

TABLE = Path(__file__).with_name("authorisation.csv")
ROLES = ("anonymous", "deactivated", "editor", "moderator", "administrator")
FIRST_COLUMNS = ("route", "method", "object")
# They give tokens, so they want none.
OPEN = frozenset({"/api/auth/login", "/api/auth/refresh", "/api/auth/logout"})
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")

Row = dict[str, str]


@dataclass(frozen=True)
class Item:
    """What a route is asked for, and a revision of it."""

    pk: Any
    revision: int = 0


def _with_revision(instance: Any) -> Item:
    newest = Revision.objects.for_instance(instance).order_by("-pk").first()
    return Item(instance.pk, newest.pk if newest else 0)


def _events() -> dict[str, Item]:
    return {
        "own": _with_revision(make_event(title="Own")),
        "other's": _with_revision(make_event(title="Other's", language="es")),
        "other's draft": _with_revision(make_event(title="Secret", language="es", publish=False)),
    }


def _testimonials() -> dict[str, Item]:
    return {"any": _with_revision(make_testimonial())}


def _messages() -> dict[str, Item]:
    return {"any": Item(make_message().pk)}


def _subscribers() -> dict[str, Item]:
    return {"any": Item(subscriber_in(State.CONFIRMED).pk)}


# By the first part of the path after /api/admin/; a route with parameters needs its line here.
OBJECTS: dict[str, Callable[[], dict[str, Item]]] = {
    "events": _events,
    "testimonials": _testimonials,
    "contact-messages": _messages,
    "subscribers": _subscribers,
}


def _missing(pattern: URLPattern) -> Item:
    converters = pattern.pattern.converters.values()
    is_uuid = any(isinstance(each, UUIDConverter) for each in converters)
    return Item(uuid.UUID(int=1) if is_uuid else 2**31 - 1, 2**31 - 1)


def _route(pattern: URLPattern) -> str:
    return "/api/" + _PARAMETER.sub(r"{\1}", str(pattern.pattern))


def _methods(pattern: URLPattern) -> list[str]:
    view: Any = pattern.callback
    allowed = [name.upper() for name in ("get", "post", "patch", "delete")]
    return [name for name in allowed if hasattr(view.view_class, name.lower())] + ["PUT"]


def _path(route: str, item: Item) -> str:
    first = re.sub(r"\{\w+\}", str(item.pk), route, count=1)
    return re.sub(r"\{\w+\}", str(item.revision), first)


@pytest.fixture
def clients() -> dict[str, ApiClient]:
    """One that is signed in for each role. The editor's section is the English list of events."""
    section = Group.objects.create(name="English events")
    section.permissions.add(Permission.objects.get(codename="access_admin"))
    page = EventIndexPage.objects.get(locale__language_code="en")
    for codename in ("add_page", "change_page"):
        permission = Permission.objects.get(
            codename=codename, content_type__app_label="wagtailcore"
        )
        GroupPagePermission.objects.create(group=section, page=page, permission=permission)
    users = {
        "deactivated": make_administrator(),
        "editor": make_user(section.name),
        "moderator": make_user("Moderators"),
        "administrator": make_administrator(),
    }
    signed_in = {role: api_client_of(user) for role, user in users.items()}
    User.objects.filter(pk=users["deactivated"].pk).update(is_active=False)
    return {"anonymous": ApiClient(), **signed_in}


@pytest.fixture
def items(settings: Any) -> dict[str, dict[str, Item]]:
    settings.EMAIL_BACKEND = "integrations.mail.backend.QueueingEmailBackend"
    return {name: make() for name, make in OBJECTS.items()}


def _status(client: ApiClient, method: str, path: str) -> str:
    with transaction.atomic():
        answer = client.generic(method, path, "{}", content_type="application/json")
        transaction.set_rollback(True)
    return str(answer.status_code)


def _objects(
    pattern: URLPattern, route: str, items: dict[str, dict[str, Item]]
) -> Iterator[tuple[str, Item]]:
    if "{" not in route:
        yield "", Item(None)
        return
    yield from items[route.split("/")[3]].items()
    yield "missing", _missing(pattern)


def _place(row: Row) -> tuple[str, str]:
    return row["route"], row["object"]


def _rows(clients: dict[str, ApiClient], items: dict[str, dict[str, Item]]) -> Iterator[Row]:
    for pattern in admin_urlpatterns:
        assert isinstance(pattern, URLPattern)
        route = _route(pattern)
        for method in _methods(pattern):
            for name, item in _objects(pattern, route, items):
                path = _path(route, item)
                answers = {role: _status(clients[role], method, path) for role in ROLES}
                yield {"route": route, "method": method, "object": name, **answers}


def _as_csv(rows: list[Row]) -> str:
    output = io.StringIO()
    writer = csv.DictWriter(output, [*FIRST_COLUMNS, *ROLES], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return output.getvalue()


def test_everybody_may_do_what_the_table_says_and_nothing_else(
    clients: dict[str, ApiClient], items: dict[str, dict[str, Item]]
) -> None:
    rows = list(_rows(clients, items))
    for row in rows:
        place = f"{row['method']} {row['route']} {row['object']}"
        answers = {row[role] for role in ROLES}
        assert not any(status >= "500" for status in answers), place
        if row["method"] == "PUT":
            assert row["administrator"] == "405", place
            continue
        if row["route"] not in OPEN:
            assert row["anonymous"] == row["deactivated"] == "401", place
        if row["object"] == "missing":
            # Nobody learns by the answer whether something is there that they may not see.
            assert not any(status < "400" for status in answers), place
    for place, role in product({_place(row) for row in rows if row["route"] not in OPEN}, ROLES):
        statuses = {row["method"]: row[role] for row in rows if _place(row) == place}
        unknown = statuses.pop("PUT")
        # 401 before 403 before 405.
        assert unknown in (set(statuses.values()) & {"401"} or {"403", "405"}), (place, role)
        if set(statuses.values()) == {"403"}:
            assert unknown == "403", (place, role)
    made = _as_csv(rows)
    if os.environ.get("AUTHORISATION_TABLE") == "write":
        TABLE.write_text(made)
    assert made.splitlines() == TABLE.read_text().splitlines()
