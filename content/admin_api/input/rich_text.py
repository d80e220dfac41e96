"""HTML as it was read, or as somebody wrote it, as Wagtail stores it.

The opposite of `content.rich_text`: addresses of our pages and documents become references, so that
they follow when those move. What no editor could have made is taken out later, by the editor's own
conversion, when the form reads it.
"""

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.utils.translation import gettext as _

from content.admin_api.input.reading import Later, Reading

MOST_LINKS = 300
"""In one body: Wagtail's own conversion looks up every page that a text links to."""
_DEEPEST = 64
"""What reads HTML after this, calls itself for every level."""
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*)")
_VOID = {"br", "hr", "img", "embed", "input", "link", "meta", "wbr"}
_KEY = "data-block-key"
"""By this the editor tells a paragraph from another. With it a text counts as stored by Wagtail."""
_DOCUMENT = re.compile(r"/documents/([0-9]{1,9})/[^/]*/?")


def stored_rich_text(html: str, reading: Reading, pointer: str) -> Any:
    """``html`` with `<a linktype="page" id="7">` for links to what is ours.

    A `Later`, because all links of a body are looked up together.
    """
    if _depth(html) > _DEEPEST:
        return reading.refuse(pointer, "too_deep", _("The HTML is nested too deeply."))
    soup = BeautifulSoup(html, "html.parser")
    for program in soup(["script", "style"]):
        # Their code would be left as words.
        program.decompose()
    for tag in soup.select(f"[{_KEY}]"):
        del tag[_KEY]
    links = soup.find_all("a")
    reading.links += len(links)
    if reading.links > MOST_LINKS:
        message = _("At most %(number)s links are possible in all texts together.")
        return reading.refuse(pointer, "max_length", message % {"number": MOST_LINKS})
    for link in links:
        reading.want_page_at(str(link.get("href", "")))

    def stored() -> str:
        for link in links:
            _refer(link, reading, pointer)
        return str(soup)

    return Later(stored)


def _depth(html: str) -> int:
    """How deep elements are nested at most, where every one that is not closed holds the rest."""
    depth = deepest = 0
    for match in _TAG.finditer(html):
        if match["name"].lower() not in _VOID:
            depth = max(0, depth - 1) if match["end"] else depth + 1
            deepest = max(deepest, depth)
    return deepest


def _refer(link: Tag, reading: Reading, pointer: str) -> None:
    """Write ``link`` as Wagtail stores it if it leads to what is ours, which has to be chosen."""
    kind, object_id = _target(link, reading)
    if kind:
        reading.choose(kind, object_id, pointer)
        link.attrs = {"linktype": kind, "id": str(object_id)}
    else:
        del link["linktype"]


def _target(link: Tag, reading: Reading) -> tuple[str, int]:
    """What of ours ``link`` leads to, however that is written: as it is stored, or as it is read.

    A kind with an id, which is 0 where none can be; no kind if it leads elsewhere.
    """
    stored_kind, href = str(link.get("linktype", "")), str(link.get("href", ""))
    if stored_kind in ("page", "document"):
        return stored_kind, _number(link.get("id")) or 0
    page_id = _number(link.get("data-page-id"))
    if page_id is None:
        page_id = reading.page_at(href)
    if page_id is not None:
        return "page", page_id
    document_id = document_id_at(href)
    return ("document", document_id) if document_id is not None else ("", 0)


def _number(text: Any) -> int | None:
    digits = str(text or "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None


def document_id_at(url: str) -> int | None:
    """The document that is downloaded from ``url``."""
    base = settings.PUBLIC_URL.rstrip("/")
    match = _DOCUMENT.fullmatch(url.removeprefix(base)) if url.startswith((base, "/")) else None
    return int(match[1]) if match else None
