"""Fields of what is sent. Each reads one JSON value into what the admin's form takes.

They check that a value is of its type; what it may say, the form and the model know.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.drainage import set_override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from content.admin_api.input.reading import Reading, below
from content.references import MAX_ID
from content.zones import UNLIKELY_YEAR, is_likely

_DATE_AND_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?"
)


class InputField(serializers.Field[Any, Any, Any, Any]):
    """Base; `null` takes away what was there."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def read(self, value: Any, reading: Reading, pointer: str) -> Any:
        """The value for the form, or `UNREADABLE` after it was refused in ``reading``."""
        raise NotImplementedError


@extend_schema_field({"type": ["string", "null"]})
class Text(InputField):
    def read(self, value: Any, reading: Reading, pointer: str) -> Any:
        return read_text(value, reading, pointer)


def read_text(value: Any, reading: Reading, pointer: str) -> Any:
    """A text; nothing is an empty one."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return reading.refuse_type(pointer, _("This has to be a text."))
    if "\0" in value:
        return reading.refuse(
            pointer, "null_characters", _("This has characters that are not text.")
        )
    return value


class Choice(Text):
    """A text that is one of some; the form says so if it is another one."""

    def __init__(
        self, choices: list[str], labels: Sequence[tuple[str, Any]] = (), **kwargs: Any
    ) -> None:
        self.choices = choices
        super().__init__(**kwargs)
        # With the labels of the same enumeration elsewhere, it is the same one in the document.
        documented = serializers.ChoiceField(choices=labels or choices, allow_null=self.allow_null)
        set_override(self, "field", documented)

    def read(self, value: Any, reading: Reading, pointer: str) -> Any:
        if value in (None, "") and not self.allow_null:
            message = _("Choose one of: %(codes)s.") % {"codes": ", ".join(self.choices)}
            return reading.refuse(pointer, "required", message)
        return super().read(value, reading, pointer)


@extend_schema_field({"type": "boolean"})
class Flag(InputField):
    def read(self, value: Any, reading: Reading, pointer: str) -> Any:
        if not isinstance(value, bool):
            return reading.refuse_type(pointer, _("This has to be true or false."))
        return value


@extend_schema_field({"type": ["integer", "null"]})
class Integer(InputField):
    def read(self, value: Any, reading: Reading, pointer: str) -> Any:
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, int):
            return reading.refuse_type(pointer, _("This has to be a whole number."))
        return str(value) if abs(value) <= 10**18 else str(10**18)


@extend_schema_field({"type": ["number", "string", "null"]})
class Number(InputField):
    """A number, or its digits as a text, which keeps them as they are."""

    def read(self, value: Any, reading: Reading, pointer: str) -> Any:
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return reading.refuse_type(pointer, _("This has to be a number."))
        digits = value if isinstance(value, str) else repr(value) if abs(value) < 1e30 else "1e30"
        return read_text(digits[:100], reading, pointer)


@extend_schema_field({"type": ["string", "null"], "format": "date-time"})
class Moment(InputField):
    """A date and time. Without an offset it is a local time of the event's time zone."""

    def __init__(self, *, needs_offset: bool = False, **kwargs: Any) -> None:
        self.needs_offset = needs_offset
        super().__init__(**kwargs)

    def read(self, value: Any, reading: Reading, pointer: str) -> Any:
        if value is None:
            return ""
        match = _DATE_AND_TIME.fullmatch(value) if isinstance(value, str) else None
        if match is None or (self.needs_offset and not match["offset"]):
            message = _("Write a date and time as 2026-11-22T18:00:00-06:00.")
            return reading.refuse_type(pointer, message)
        if self.needs_offset and _moment(value) is None:
            return reading.refuse(pointer, "unlikely_year", str(UNLIKELY_YEAR))
        return value


def _moment(text: str) -> datetime | None:
    """The instant, if it can be one that somebody means."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if is_likely(moment, "UTC") else None


@extend_schema_field({"type": "array", "items": {"type": "string"}, "maxItems": 100})
class Texts(InputField):
    """A list of texts, which replaces the one before."""

    longest = 100

    def read(self, value: Any, reading: Reading, pointer: str) -> Any:
        if not isinstance(value, list):
            return reading.refuse_type(pointer, _("This has to be a list."))
        if len(value) > self.longest:
            return refuse_length(self.longest, reading, pointer)
        texts = [
            self.read_one(text, reading, below(pointer, number))
            for number, text in enumerate(value)
        ]
        return [text for text in texts if isinstance(text, str)]

    def read_one(self, value: Any, reading: Reading, pointer: str) -> Any:
        if value in (None, ""):
            return reading.refuse(pointer, "required", _("This has to be a text."))
        return read_text(value, reading, pointer)


class Tags(Texts):
    """Names of tags; the admin's form takes them as one text, in which a quote ends a name."""

    def read_one(self, value: Any, reading: Reading, pointer: str) -> Any:
        name = super().read_one(value, reading, pointer)
        if isinstance(name, str) and '"' in name:
            return reading.refuse_type(pointer, _("A tag has no double quote."))
        return name


def refuse_length(longest: int, reading: Reading, pointer: str) -> Any:
    message = _("At most %(number)s are possible.") % {"number": longest}
    return reading.refuse(pointer, "max_length", message)


class Names(Texts):
    """Names that are stored in one text with commas between them."""

    def read(self, value: Any, reading: Reading, pointer: str) -> Any:
        names = super().read(value, reading, pointer)
        return ", ".join(names) if isinstance(names, list) else names

    def read_one(self, value: Any, reading: Reading, pointer: str) -> Any:
        name = super().read_one(value, reading, pointer)
        if isinstance(name, str) and "," in name:
            return reading.refuse_type(pointer, _("A name has no comma."))
        return name


class ImageChoice(InputField):
    """An image by its id."""

    def __init__(self, preset: str, **kwargs: Any) -> None:
        self.preset = preset
        super().__init__(**kwargs)

    def read(self, value: Any, reading: Reading, pointer: str) -> Any:
        return read_image(value, reading, pointer, self.preset)


def read_image(value: Any, reading: Reading, pointer: str, preset: str) -> Any:
    """The id of an image that is given as its id, or as an object with it."""
    if value is None:
        return ""
    members: dict[str, Any] = value if isinstance(value, dict) else {"id": value}
    image_id = read_id(members.get("id"), reading, pointer)
    if isinstance(image_id, int):
        reading.choose("image", image_id, pointer)
        if len(members) > 1:

            def compare() -> None:
                answered = reading.references.picture(image_id, preset) or members
                reading.refuse_differences(pointer, members, answered)

            reading.choose_repeated("image", image_id, compare)
    return image_id


def read_id(value: Any, reading: Reading, pointer: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MAX_ID:
        return reading.refuse_type(pointer, _("This has to be an id, or an object with one."))
    return value
