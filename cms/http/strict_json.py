"""JSON as RFC 8259 has it and PostgreSQL can store it, and nothing else that programs put up with.

Python's reader takes NaN, the last of two equal names, half of a surrogate pair and any depth until
it fails.
"""

import json
import re
from collections.abc import Mapping
from typing import IO, Any

from django.utils.http import parse_header_parameters
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

DEEPEST = 32
# A string without an end is read to the end: what had to be tried again would take quadratic time.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
_MALFORMED = _("This is not well-formed JSON.")


class StrictJSONParser(BaseParser):
    """Comes into ``parser_classes`` of every view that takes JSON."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        _type, parameters = parse_header_parameters(media_type or "")
        if parameters.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            raise UnsupportedMediaType(media_type or "")
        return parse_json(stream.read())


def parse_json(body: bytes) -> Any:
    """The value of a body. Raises ParseError."""
    try:
        text = body.decode("utf-8")
        _refuse_depth(text)
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
        # Escapes may still make what is no text.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise ParseError(_MALFORMED) from error
    return value


def _refuse_depth(text: str) -> None:
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        piece = match[0]
        depth += 1 if piece in "[{" else -1 if piece in "]}" else 0
        if depth > DEEPEST:
            raise ParseError(_("The JSON is nested too deeply."))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ParseError(_("A name in the JSON is there twice."))
    return members


def _refuse_constant(name: str) -> None:
    raise ParseError(_MALFORMED)
