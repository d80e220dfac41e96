"""The mails that this site writes itself: text and HTML from templates, in any of its languages.

An app names its mails in `AppConfig.ready` and keeps three files for each in
``templates/mail/messages/<name>/``: ``subject.txt``, ``body.txt`` and ``body.html``. The words are
marked for translation there, so one set of files serves all languages.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template import Context, loader
from django.utils import translation
from django.utils.translation import get_language_bidi

from cms.site_name import site_name
from integrations.mail.outbox import Content


@dataclass(frozen=True)
class MailTemplate:
    """A kind of mail. ``sample``: a context to look at it with in the admin."""

    name: str
    label: Any
    sample: Callable[[], Mapping[str, Any]] = field(default=dict)


_templates: dict[str, MailTemplate] = {}


class UnknownTemplateError(LookupError):
    """No app has registered a mail of this name."""


def register_template(template: MailTemplate) -> None:
    _templates[template.name] = template


def templates() -> list[MailTemplate]:
    """All kinds of mail, by name."""
    return [_templates[name] for name in sorted(_templates)]


def template_of(name: str) -> MailTemplate:
    """Raises `UnknownTemplateError`."""
    try:
        return _templates[name]
    except KeyError as error:
        raise UnknownTemplateError(name) from error


def known_language(language: str | None) -> str:
    """``language`` if the site has it, else its first."""
    codes = [code for code, _name in settings.LANGUAGES]
    return language if language in codes else codes[0]


def render(name: str, *, context: Mapping[str, Any], language: str) -> Content:
    """The mail ``name`` in ``language``.

    Subjects see nothing of ``context`` but its numbers: what visitors have written belongs into
    the body. In the text nothing is escaped, in the HTML everything is.
    """
    template_of(name)
    with translation.override(language):
        common = {
            "site_name": site_name(),
            "site_url": settings.FRONTEND_URL,
            "language": language,
            "direction": "rtl" if get_language_bidi() else "ltr",
        }
        numbers = {key: value for key, value in context.items() if isinstance(value, int)}
        subject = _plain(f"mail/messages/{name}/subject.txt", {**numbers, **common})
        everything = {**context, **common, "subject": subject}
        return Content(
            subject=subject,
            text=_plain(f"mail/messages/{name}/body.txt", everything) + "\n",
            html=loader.get_template(f"mail/messages/{name}/body.html").render(everything),
        )


def _plain(path: str, context: Mapping[str, Any]) -> str:
    template: Any = loader.get_template(path)
    text: str = template.template.render(Context(dict(context), autoescape=False))
    return text.strip()
