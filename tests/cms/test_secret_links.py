"""No address of this site that acts for whoever has it can be read by others."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from cms.secret_links import without_tokens

TOKEN = "AbC_d-1.2~x"


def routes_with_token(resolver: Any, start: str = "/") -> Iterator[str]:
    for each in resolver.url_patterns:
        route = f"{start}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from routes_with_token(each, route)
        elif "token" in each.pattern.converters:
            yield re.sub(r"<(\w+:)?token>", TOKEN, route).replace("<uidb64>", "MQ")


def test_no_route_shows_its_token() -> None:
    routes = list(routes_with_token(get_resolver()))
    assert len(routes) >= 3
    for route in routes:
        line = f'See <a href="{settings.PUBLIC_URL}{route}?locale=en">this</a>.'
        assert TOKEN in line
        shown = without_tokens(line)
        assert TOKEN not in shown
        assert shown.endswith('…?locale=en">this</a>.')


def test_words_around_a_link_stay() -> None:
    text = "Hello\nhttps://www.example.org/newsletter/confirm/?x=1&token=abc&y=2 (token=mine)\n"
    assert without_tokens(text) == text.replace("abc", "…")
    assert without_tokens("/newsletter/confirm?locale=en") == "/newsletter/confirm?locale=en"
