"""Single values of a row, read tolerantly and checked one by one."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext as _

from content.importing.moments import read_moment
from content.importing.texts import clean_text, cut, one_line

_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,30})?", re.ASCII)
_TRUE = {"true", "yes", "y", "1", "x", "sí", "si"}
_FALSE = {"false", "no", "n", "0"}
_is_web_address = URLValidator(["http", "https"])


class Values:
    """The values of one part of a row; what is wrong with them gathers in ``problems``.

    ``notes`` say what was changed to make a value fit.
    """

    def __init__(
        self, fields: Mapping[str, Any], *, model: type[models.Model], place: str = ""
    ) -> None:
        self.fields = fields
        self.model = model
        self.place = place
        self.problems: list[str] = []
        self.notes: list[str] = []

    def refuse(self, name: str, reason: str) -> None:
        self.problems.append(f"{self.place}{name}: {reason}.")

    def has(self, name: str) -> bool:
        value = self.fields.get(name)
        return bool(clean_text(value)) if isinstance(value, str) else value not in (None, [], {})

    def raw(self, name: str) -> str:
        """The text of a value; a number counts as its digits."""
        value = self.fields.get(name)
        if isinstance(value, str):
            return clean_text(value)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(name, _("it has to be a text"))
            return ""
        return str(value)

    def limit(self, column: str) -> int | None:
        return getattr(self.model._meta.get_field(column), "max_length", None)

    def text(self, name: str, *, multiline: bool = False) -> str:
        """A text no longer than its column, cut after a whole word if it has to be."""
        return self.fitting(name, self.raw(name) if multiline else one_line(self.raw(name)))

    def fitting(self, name: str, value: str) -> str:
        """``value``, cut if it is too long for the column ``name``."""
        limit = self.limit(name)
        if limit is None or len(value) <= limit:
            return value
        self.notes.append(
            _("%(name)s was cut to %(limit)d characters.")
            % {"name": f"{self.place}{name}", "limit": limit}
        )
        return cut(value, limit)

    def url(self, name: str) -> str:
        value = self.raw(name)
        limit = self.limit(name)
        if not value:
            return ""
        if limit is not None and len(value) > limit:
            self.refuse(
                name, _("the address is longer than %(limit)d characters") % {"limit": limit}
            )
            return ""
        try:
            _is_web_address(value)
        except (ValidationError, ValueError):
            shown = cut(value, 60)
            self.refuse(name, _("“%(value)s” is not a web address") % {"value": shown})
            return ""
        return value

    def boolean(self, name: str, *, default: bool) -> bool:
        value = self.fields.get(name)
        if isinstance(value, bool):
            return value
        text = self.raw(name).casefold()
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if text:
            self.refuse(name, _("“%(value)s” is neither yes nor no") % {"value": cut(text, 30)})
        return default

    def choice(self, name: str, choices: type[models.TextChoices], *, default: str) -> str:
        text = self.raw(name)
        key = text.casefold().replace(" ", "_").replace("-", "_")
        by_key = {value.casefold(): value for value in choices.values}
        if key in by_key:
            return str(by_key[key])
        if text:
            self.refuse(
                name,
                _("“%(value)s” is none of %(choices)s")
                % {"value": cut(text, 30), "choices": ", ".join(choices.values)},
            )
        return default

    def number(self, name: str) -> Decimal | None:
        """A number with as many decimals as its column has."""
        text = self.raw(name)
        if not text:
            return None
        places = getattr(self.model._meta.get_field(name), "decimal_places", 0)
        if _NUMBER.fullmatch(text):
            return round(Decimal(text), places)
        self.refuse(name, _("“%(value)s” is not a number") % {"value": cut(text, 30)})
        return None

    def moment(self, name: str) -> date | datetime | None:
        if not self.has(name):
            return None
        try:
            return read_moment(self.fields[name])
        except ValueError as error:
            self.refuse(name, str(error))
            return None

    def items(self, name: str) -> list[Any]:
        """A list, or the parts of a text that are separated by commas or semicolons."""
        value = self.fields.get(name)
        if isinstance(value, list):
            return value
        text = self.raw(name)
        separator = ";" if ";" in text else ","
        return [part for part in map(one_line, text.split(separator)) if part]

    def part(self, name: str, *, main: str) -> "Values":
        """The values of an object: given as one (``venue``), flat (``venue_city``) or as a text.

        They have their flat names; a text stands for the value ``main``.
        """
        prefix = f"{name}_"
        fields = {key: value for key, value in self.fields.items() if key.startswith(prefix)}
        whole = self.fields.get(name)
        if isinstance(whole, Mapping):
            fields |= {f"{prefix}{key}": value for key, value in whole.items()}
        elif whole is not None and whole != "":
            fields[f"{prefix}{main}"] = whole
        return Values(fields, model=self.model)

    def take_over(self, part: "Values") -> None:
        self.problems += part.problems
        self.notes += part.notes
