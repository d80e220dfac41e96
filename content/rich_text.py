"""Stored rich text as HTML for frontends: links to our pages become their paths."""

from html import escape

from wagtail.rich_text.rewriters import LinkRewriter

from content.references import References, document_url


def expand_rich_text(stored: str, references: References, language: str) -> str:
    """HTML of ``stored`` (Wagtail's database form) with every link resolved.

    ``<a linktype="page" id="7">`` becomes ``<a href="/es/eventos/" data-page-id="9">``: the page in
    ``language`` if there is one. A link to what is not public keeps its words and loses its target.
    Everything has to be loaded in ``references`` before.
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
    return str(rewriter(stored))
