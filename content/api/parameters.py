"""Query parameters of pages and snippets, in Wagtail API v2's words."""

from typing import Any

from rest_framework import serializers

from cms.api.parameters import LimitAndOffset, LocaleParameter, Parameters, SearchParameter


class DetailParameters(Parameters):
    fields_ = serializers.CharField(
        required=False,
        max_length=1000,
        help_text=(
            "Which fields to answer, in Wagtail API v2's syntax: `title,cover(src,alt)` adds, "
            "`-speakers` leaves out, `*` is everything, `_,title` is nothing but. What is left out "
            "is absent although the schema requires it."
        ),
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # `fields` is taken by the serializer itself.
        return {
            "fields" if name == "fields_" else name: field
            for name, field in super().get_fields().items()
        }


class PagingParameters(DetailParameters, LimitAndOffset):
    pass


class ListParameters(PagingParameters):
    search = SearchParameter(required=False)
    search_operator = serializers.ChoiceField(
        required=False, default="and", choices=["and", "or"], help_text="All words, or any."
    )
    locale = LocaleParameter(required=False)
