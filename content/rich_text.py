"""Stored rich text as HTML for frontends: links to our pages become their paths."""

import re
from html import escape

import nh3
from wagtail.rich_text.rewriters import LinkRewriter

from content.references import References, document_url

# What the editor's features in WAGTAILADMIN_RICH_TEXT_EDITORS can make.
_TAGS = {"a", "b", "blockquote", "br", "code", "h3", "h4", "hr", "i", "li", "ol", "p", "ul"}
# A browser takes "//" and "/\\" for another host, and ignores tabs and line ends in between.
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|#|/(?![/\\]))[^\x00-\x1f]*", re.IGNORECASE)
_LINK_TO_NOTHING = re.compile(r"<a(?: data-page-id=\"[^\"]*\")?>(.*?)</a>", re.DOTALL)


def expand_rich_text(stored: str, references: References, language: str) -> str:
    """HTML of ``stored`` (Wagtail's database form) with every link resolved.

    ``<a linktype="page" id="7">`` becomes ``<a href="/es/eventos/" data-page-id="9">``: the page in
    ``language`` if there is one. A link to what is not public, or with an address that is none of
    the web, mail, telephone or this site, becomes its words. Nothing is left that no editor could
    have made, like the editor's own marks. Everything has to be loaded in ``references`` before.
    """

    def page_link(attributes: dict[str, str]) -> str:
        page = references.page(attributes.get("id"), language)
        return f'<a href="{escape(page.path)}" data-page-id="{page.id}">' if page else "<a>"

    def document_link(attributes: dict[str, str]) -> str:
        document = references.document(attributes.get("id"))
        return f'<a href="{escape(document_url(document))}">' if document else "<a>"

    rewriter = LinkRewriter(
        bulk_rules={
            "page": lambda many: [page_link(one) for one in many],
            "document": lambda many: [document_link(one) for one in many],
        },
        reference_extractors={},
    )
    cleaned = nh3.clean(
        str(rewriter(stored)),
        tags=_TAGS,
        attributes={"a": {"href", "data-page-id"}},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    # The parser behind it has closed every link and nested none.
    return _LINK_TO_NOTHING.sub(r"\1", cleaned)


def _attribute(_tag: str, name: str, value: str) -> str | None:
    return value if name != "href" or _ADDRESS.fullmatch(value) else None
