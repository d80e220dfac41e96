"""`manage.py add_webhook`: the secret and nothing else on standard output."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import ModelLogEntry

from integrations.webhooks import signing
from integrations.webhooks.models import Endpoint

pytestmark = pytest.mark.django_db

URL = "https://search.example.org/hook"


def add(*arguments: str, **options: Any) -> str:
    output = StringIO()
    call_command("add_webhook", *arguments, stdout=output, stderr=StringIO(), **options)
    return output.getvalue()


def test_secret_is_printed_and_the_endpoint_added() -> None:
    events = ["--event", "page.deleted", "--event", "page.published"]
    printed = add(URL, *events, description="Search")
    endpoint = Endpoint.objects.get()
    assert printed == f"{signing.decrypt(endpoint.encrypted_secret)}\n"
    assert (endpoint.url, endpoint.description) == (URL, "Search")
    assert endpoint.event_types == ["page.published", "page.deleted"]
    assert endpoint.is_active
    assert ModelLogEntry.objects.for_instance(endpoint).get().action == "wagtail.create"


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/", "ftp://x.org/", "nonsense"],
)
def test_refused_address_is_an_error_and_nothing_is_added(url: str) -> None:
    with pytest.raises(CommandError):
        add(url)
    assert not Endpoint.objects.exists()


def test_unknown_event_is_an_error() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        add(URL, "--event", "page.renamed")
    assert not Endpoint.objects.exists()
