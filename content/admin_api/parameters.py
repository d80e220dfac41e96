"""Query parameters that every kind of content has."""

from rest_framework import serializers

from cms.api.parameters import (
    BooleanParameter,
    LimitAndOffset,
    LocaleParameter,
    Parameters,
    SearchParameter,
)
from content.admin_api.publication import State


class ListParameters(LimitAndOffset):
    search = SearchParameter(required=False)
    search_operator = serializers.ChoiceField(
        required=False, default="and", choices=["and", "or"], help_text="All words, or any."
    )
    locale = LocaleParameter(required=False, help_text="Without it: the default language.")
    state = serializers.ChoiceField(required=False, choices=State.values)


class DetailParameters(Parameters):
    version = serializers.ChoiceField(
        required=False,
        default="latest",
        choices=["latest", "live"],
        help_text="The newest revision, or what visitors see.",
    )


class WriteParameters(Parameters):
    publish = BooleanParameter(required=False, default=False, help_text="Publish it, too.")
