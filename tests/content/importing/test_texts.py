import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from content.importing.texts import clean_text, cut, one_line, rich_text


class Tags(HTMLParser):
    """What a browser would make of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("One", "<p>One</p>"),
        ("One\n\n \n\nTwo\r\nlines", "<p>One</p><p>Two<br/>lines</p>"),
        ("a < b & c > d", "<p>a &lt; b &amp; c &gt; d</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ],
)
def test_plain_text_becomes_paragraphs(text: str, expected: str) -> None:
    assert rich_text(text) == expected


def test_html_keeps_what_an_editor_could_have_typed() -> None:
    stored = rich_text(
        '<h1>Title</h1><p onclick="x()">Hi <b>you</b>, <a href="https://example.org/">there</a>'
        '<img src=x onerror="x()"></p><script>alert(1)</script><ul><li>One<li>Two</ul>'
    )

    names = [name for name, _attributes in Tags(stored).seen]
    assert names == ["h3", "p", "b", "a", "ul", "li", "li"]
    assert 'href="https://example.org/"' in stored
    assert "alert" not in stored
    assert "onclick" not in stored


def test_hostile_html_becomes_harmless(shared_data: Path) -> None:
    cases = json.loads((shared_data / "strings" / "html-xss-dompurify.json").read_text())
    allowed = {"p", "br", "b", "i", "a", "ul", "ol", "li", "h3", "h4", "hr", "code", "blockquote"}

    for case in cases:
        for html in (case["payload"], f"<p>{case['payload']}"):
            for name, attributes in Tags(rich_text(html)).seen:
                assert name in allowed, html
                assert set(attributes) <= {"href", "data-block-key"}, html
                assert not (attributes.get("href") or "").casefold().startswith("javascript:"), html


@pytest.mark.parametrize(
    "html", ["<div>" * 5000 + "x", "<p><![><img src=x>", "<b>" * 300, "<p>a</b></i></p></p>"]
)
def test_html_that_cannot_be_parsed_is_shown(html: str) -> None:
    assert "onerror" not in rich_text(html)
    assert "<img" not in rich_text(html)


def test_cut_ends_with_a_whole_word() -> None:
    assert cut("hello wide world", 16) == "hello wide world"
    assert cut("hello wide world", 15) == "hello wide…"
    assert cut("hello wide world", 11) == "hello wide…"


def test_cut_of_a_text_without_blanks_uses_the_limit() -> None:
    assert cut("日本語のとても長い文章", 6) == "日本語のと…"


def test_clean_text_has_nothing_that_postgresql_refuses() -> None:
    assert clean_text(" a\x00b\ud800c\r\nd\x85e\u2028f\ufeff ") == "abc\nd\ne\nf"
    assert one_line("a\n b\t c") == "a b c"
