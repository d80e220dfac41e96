"""Mails from templates: in the reader's language, whatever a visitor's words would do."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Site

from content.models import SiteSettings
from integrations.mail import message_templates
from integrations.mail.message_templates import (
    MailTemplate,
    UnknownTemplateError,
    register_template,
    templates,
)
from integrations.mail.models import OutgoingMail
from integrations.mail.services import InvalidAddressError, queue_mail

pytestmark = pytest.mark.django_db

HOSTILE = "<b>Ana</b>\r\nBcc: eva@example.org {{7*7}} {% now %}"


@pytest.fixture
def greeting(tmp_path: Path, settings: Any) -> Iterator[None]:
    """A kind of mail that repeats what it is told."""
    folder = tmp_path / "mail" / "messages" / "greeting"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("No. {{ number }} {{ name }}\n")
    (folder / "body.txt").write_text("Hello {{ name }}")
    (folder / "body.html").write_text("<p>Hello {{ name }}</p>")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    register_template(MailTemplate("greeting", "Greeting"))
    yield
    message_templates._templates.pop("greeting")


def send(**values: Any) -> OutgoingMail:
    arguments = {"template": "test", "to": "ana@example.org", "context": {"asked_by": "Luis"}}
    return queue_mail(**{**arguments, **values})


def test_language_and_name_of_the_site(site: Site) -> None:
    SiteSettings.objects.update_or_create(site=site, defaults={"name": "Laboratorio Ñandú"})
    english, spanish = send(language="en"), send(language="es")
    assert english.subject == "Test mail of Laboratorio Ñandú"
    assert spanish.subject == "Correo de prueba de Laboratorio Ñandú"
    assert "Luis has asked for this mail" in english.text_body
    assert "Luis pidió este correo" in spanish.text_body
    assert '<html lang="es" dir="ltr">' in spanish.html_body
    assert spanish.language == "es"
    # A language that the site does not have is its first one.
    assert send(language="tlh").language == send(language=None).language == "en"


@pytest.mark.usefixtures("greeting")
def test_words_of_visitors_are_words_and_only_in_the_body() -> None:
    mail = send(template="greeting", context={"name": HOSTILE, "number": 17})
    assert mail.subject == "No. 17"
    assert mail.text_body == f"Hello {HOSTILE}\n"
    assert "&lt;b&gt;Ana&lt;/b&gt;" in mail.html_body
    assert "<b>" not in mail.html_body
    assert "{{7*7}}" in mail.html_body


def test_answers_go_to_the_visitor_and_the_mail_comes_from_us() -> None:
    mail = send(reply_to="Visitor@Example.org", reference="contact:17")
    assert mail.reply_to == "Visitor@example.org"
    assert mail.sender == "Example Lab <cms@example.org>"
    assert mail.reference == "contact:17"


REFUSED = [
    "ana@localhost",
    "ana@[127.0.0.1]",
    f"{'a' * 65}@example.org",
    "ana@example.org\u200b",
    "ana@example.org,eva@example.org",
    "Ana <ana@example.org>",
    "ana@example.org\nBcc: eva@example.org",
    f"ana@{'a' * 10_000}.org",
    "",
]


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_address_that_is_none_is_refused(number: int) -> None:
    with pytest.raises(InvalidAddressError):
        send(to=REFUSED[number])
    if REFUSED[number]:
        with pytest.raises(InvalidAddressError):
            send(reply_to=REFUSED[number])
    assert not OutgoingMail.objects.exists()


def test_domains_of_every_language_have_one_spelling() -> None:
    mail = send(to="Ana+News@BÜCHER.example")
    assert mail.recipient == "Ana+News@xn--bcher-kva.example"
    assert mail.canonical_recipient == "ana+news@xn--bcher-kva.example"


def test_unknown_kind_is_an_error_at_once() -> None:
    with pytest.raises(UnknownTemplateError):
        send(template="nothing")


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [str(value) for name, value in attrs if name in ("src", "href")]


def test_every_mail_reads_well_and_loads_nothing(settings: Any) -> None:
    for template in templates():
        mail = send(template=template.name, context=template.sample())
        outline = _Outline()
        outline.feed(mail.html_body)
        assert outline.tags.count("h1") == 1, template.name
        assert "title" in outline.tags
        assert not {"img", "script", "link", "form"} & set(outline.tags)
        assert all(link.startswith(("https://", "http://localhost")) for link in outline.links)
        assert 'name="color-scheme" content="light dark"' in mail.html_body
        assert "prefers-color-scheme: dark" in mail.html_body
        assert mail.text_body.strip()
        assert "</" not in mail.text_body
        assert "&lt;" not in mail.text_body
