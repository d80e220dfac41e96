"""An address whose messages are held is found and erased like what else is kept of a person."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry, Site

from integrations.contact.models import ContactSettings
from tests.admin_clients import make_administrator
from tests.audit_log import changes_in

pytestmark = pytest.mark.django_db

PAGE = "/admin/personal-data/"


def test_held_address_is_found_and_erased_and_never_in_the_log(client: Client, site: Site) -> None:
    client.force_login(make_administrator())
    settings = ContactSettings.load()
    edit = reverse("wagtailsettings:edit", args=["contact", "contactsettings", settings.pk])
    fields = {"recipients": "team@example.org", "retention_days": "365"}
    for held in ("mailinator.com\nEve@Example.org", "mailinator.com\neve@example.org\nx.example"):
        assert client.post(edit, {**fields, "held_senders": held}).status_code == 302
    stored = list(ModelLogEntry.objects.filter(action="wagtail.edit"))
    assert [changes_in(entry)["held_senders"] for entry in stored] == [["…", "…"]] * 2

    assert (
        "Nothing is kept" in client.post(PAGE, {"address": "ana@mailinator.com"}).content.decode()
    )
    found = client.post(PAGE, {"address": "EVE@example.org"}).content.decode()
    assert "Nothing is kept" not in found
    assert "senders whose messages are held" in found
    export = client.post(PAGE, {"address": "eve@example.org", "export": "1"}).json()
    assert export["contact_held_senders"] == [{"email": "eve@example.org"}]
    erased = client.post(PAGE, {"address": "eve@example.org", "erase": "1"}).content.decode()
    assert "1 entry was erased." in erased
    assert "Nothing is kept" in erased
    assert ContactSettings.load().held_senders == "mailinator.com\nx.example"
    assert "eve@" not in str(list(ModelLogEntry.objects.values("label", "data"))).lower()
