"""Query parameters, declared once: what is checked is what the OpenAPI document shows."""

import re
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cms.http.problems import QueryParameterError, refuse_unknown_parameters

MAX_LIMIT = 100
MAX_OFFSET = 10_000
MAX_SEARCH_LENGTH = 200
MAX_ID = 2**31 - 1

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INTEGER = re.compile(r"-?[0-9]{1,30}")


class Parameters(serializers.Serializer[Any]):
    """Reads a query string whole: every unknown, repeated or malformed parameter is named."""

    @classmethod
    def read(cls, query: QueryDict, **context: Any) -> dict[str, Any]:
        """The checked values, defaults included. Raises `QueryParameterError` with all problems."""
        parameters = cls(context=context)
        repeatable = {
            name for name, field in parameters.fields.items() if isinstance(field, RepeatableField)
        }
        # A plain mapping, because REST framework reads "?limit=" in a form as "not given".
        parameters.initial_data = {
            name: values if name in repeatable else values[-1] for name, values in query.lists()
        }
        errors = [
            QueryParameterError(name, "repeated", str(_("Give this parameter only once.")))
            for name, values in query.lists()
            if len(values) > 1 and name not in repeatable
        ]
        if not parameters.is_valid():
            errors += [
                QueryParameterError(name, problem.code, str(problem))
                for name, problems in parameters.errors.items()
                for problem in _leaves(problems)
            ]
        try:
            refuse_unknown_parameters(query, parameters.fields)
        except QueryParameterError as unknown:
            errors.append(unknown)
        if errors:
            raise QueryParameterError.combined(errors)
        return dict(parameters.validated_data)


def _leaves(problems: Any) -> list[Any]:
    if isinstance(problems, dict):
        return [leaf for nested in problems.values() for leaf in _leaves(nested)]
    return list(problems)


class IntegerParameter(serializers.IntegerField):
    """ASCII digits with at most a minus, although `int` reads more than that."""

    def to_internal_value(self, data: Any) -> int:
        if not _INTEGER.fullmatch(str(data)):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class RepeatableField(serializers.ListField):
    """A parameter that may be given several times."""


class BooleanParameter(serializers.ChoiceField):
    """`true` or `false`, nothing else."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=["true", "false"], **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(data) == "true"


@extend_schema_field(
    {
        "type": "string",
        "description": "An ISO 8601 instant with offset, or a date (midnight in the site's zone).",
    }
)
class InstantParameter(serializers.Field[Any, Any, Any, Any]):
    default_error_messages = {
        "invalid": _("Write an instant as 2026-11-22T18:00:00-06:00, or a date as 2026-11-22.")
    }

    def to_internal_value(self, data: Any) -> datetime:
        # A "+" that was not encoded arrives as a blank.
        text = str(data).strip().replace(" ", "+")[:40]
        try:
            if _DAY.fullmatch(text):
                midnight = datetime.combine(date.fromisoformat(text), time.min)
                return midnight.replace(tzinfo=ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)
            moment = parse_datetime(text) if text.isascii() else None
            if moment is None or moment.tzinfo is None:
                self.fail("invalid")
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("invalid")


class SearchParameter(serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=MAX_SEARCH_LENGTH,
            help_text="Words, each of which may be the beginning of a word; accents do not matter.",
            **kwargs,
        )

    def to_internal_value(self, data: Any) -> str:
        text = str(super().to_internal_value(data))
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise serializers.ValidationError(_("This is not valid text."), code="invalid")
        return text


def locale_choices(*, everything: bool = True) -> list[str]:
    codes = [code for code, _name in settings.LANGUAGES]
    return [*codes, "*"] if everything else codes


class LocaleParameter(serializers.ChoiceField):
    """One of `CONTENT_LANGUAGES`, or `*` for all of them."""

    def __init__(self, *, everything: bool = True, **kwargs: Any) -> None:
        super().__init__(choices=locale_choices(everything=everything), **kwargs)


class LimitAndOffset(Parameters):
    limit = IntegerParameter(
        required=False, default=20, min_value=0, max_value=MAX_LIMIT, help_text="Items per answer."
    )
    offset = IntegerParameter(
        required=False, default=0, min_value=0, max_value=MAX_OFFSET, help_text="Items to skip."
    )
