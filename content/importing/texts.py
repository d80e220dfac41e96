"""Text out of files as the database and readers can take it."""

import re
from html import escape
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import PreformattedString
from bs4.exceptions import ParserRejectedMarkup
from django.conf import settings
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

# What PostgreSQL cannot store (NUL, lone surrogates) and what nobody can see.
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff]")
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_BLANKS = re.compile(r"[ \t\n]+")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|strong|i|em|u|ul|ol|li|h[1-6]|table|blockquote|pre|html|body)\b[^<>]*>",
    re.IGNORECASE,
)
_NOT_TEXT = re.compile(
    "^(?:area|base|col|embed|head|iframe|img|input|link|math|meta|noscript|object|param|script|source"
    "|style|svg|template|textarea|track|wbr)$"
)
_HEADINGS = {"h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4"}


def clean_text(value: str) -> str:
    """``value`` with ``\\n`` as line end, without control characters and outer blanks."""
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", value)).strip()


def one_line(value: str) -> str:
    """``value`` without line ends; blanks that hold words together, as in French, stay."""
    return _BLANKS.sub(" ", clean_text(value))


def cut(value: str, limit: int) -> str:
    """At most ``limit`` characters, ending with a whole word and an ellipsis when cut."""
    if len(value) <= limit:
        return value
    kept = value[: limit - 1]
    at_word = kept.rsplit(None, 1)[0] if value[limit - 1 : limit].strip() else kept
    # A text without blanks, as in Chinese, is cut where the limit is.
    return (at_word if len(at_word) >= limit // 2 else kept).rstrip() + "…"


def is_html(value: str) -> bool:
    return bool(_TAG.search(value))


def rich_text(value: str) -> str:
    """Wagtail's stored rich text of a plain text or of HTML.

    HTML goes through the editor's own conversion, so that nothing is stored that an editor could
    not have typed: other tags lose their meaning and keep their words, other addresses vanish.
    What nobody can parse is shown as it stands.
    """
    if not is_html(value):
        return _paragraphs(value)
    try:
        return _converted(value)
    except (ParserRejectedMarkup, AssertionError, RecursionError):
        return _paragraphs(value)


def _paragraphs(value: str) -> str:
    paragraphs = (escape(part, quote=False) for part in _BLANK_LINES.split(clean_text(value)))
    return "".join(f"<p>{part.replace(chr(10), '<br/>')}</p>" for part in paragraphs if part)


def _converted(html: str) -> str:
    editor: dict[str, Any] = settings.WAGTAILADMIN_RICH_TEXT_EDITORS["default"]
    features = editor["OPTIONS"]["features"]
    converter = ContentstateConverter(features)
    stored: str = converter.to_database_format(converter.from_database_format(_well_formed(html)))
    return stored


def _well_formed(html: str) -> str:
    """``html`` with every tag closed, as Wagtail's conversion needs it, and with our headings."""
    soup = BeautifulSoup(clean_text(html), "html.parser")
    for comment in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        comment.extract()
    for element in soup.find_all(_NOT_TEXT):
        element.decompose()
    for tag in soup.find_all(name=True):
        tag.name = _HEADINGS.get(tag.name, tag.name)
        if tag.name == "li" and tag.find_parent(["ul", "ol"]) is None:
            tag.name = "p"
    return str(soup)
