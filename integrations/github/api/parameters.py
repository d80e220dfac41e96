"""Query parameters of the feeds."""

from rest_framework import serializers

from cms.api.parameters import (
    BooleanParameter,
    InstantParameter,
    LimitAndOffset,
    SearchParameter,
)
from integrations.github.models import Contribution

DEFAULT_PROJECT_ORDER = "sort_order"
DEFAULT_CONTRIBUTION_ORDER = "-created_at"


class ProjectListParameters(LimitAndOffset):
    language = serializers.CharField(required=False, max_length=60, help_text="In any case.")
    topic = serializers.CharField(required=False, max_length=50, help_text="In any case.")
    owner = serializers.CharField(required=False, max_length=100, help_text="In any case.")
    featured = BooleanParameter(required=False)
    search = SearchParameter(required=False)
    order = serializers.ChoiceField(
        required=False,
        choices=[
            *(DEFAULT_PROJECT_ORDER, "stars", "-stars", "pushed_at", "-pushed_at"),
            *("name", "-name"),
        ],
        help_text="Default: sort_order, the editors' order, then by stars.",
    )


class ContributionListParameters(LimitAndOffset):
    type = serializers.ChoiceField(required=False, choices=Contribution.Type.values)
    state = serializers.ChoiceField(required=False, choices=Contribution.State.values)
    repository = serializers.CharField(
        required=False, max_length=201, help_text="owner/name, in any case."
    )
    author = serializers.CharField(required=False, max_length=100, help_text="In any case.")
    created_after = InstantParameter(required=False, help_text="Inclusive.")
    created_before = InstantParameter(required=False, help_text="Exclusive.")
    order = serializers.ChoiceField(
        required=False,
        choices=[DEFAULT_CONTRIBUTION_ORDER, "created_at"],
        help_text="Default: -created_at, the newest first.",
    )
