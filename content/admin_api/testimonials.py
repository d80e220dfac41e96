"""`/api/admin/testimonials/…`"""

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from rest_framework import serializers
from wagtail.models import Locale
from wagtail.permissions import policy_registry

from cms.api.parameters import BooleanParameter, IntegerParameter
from content import publishing
from content.admin_api.actions import ContentActionView
from content.admin_api.input.reading import Reading
from content.admin_api.input.testimonials import TestimonialInput
from content.admin_api.parameters import ListParameters
from content.admin_api.revisions import RestoreView, RevisionListView, RevisionView
from content.admin_api.serializers import TestimonialDraftSerializer
from content.admin_api.views import ContentItemView, ContentListView, ContentView
from content.models import Testimonial


class TestimonialParameters(ListParameters):
    featured = BooleanParameter(required=False)
    rating = IntegerParameter(required=False, min_value=1, max_value=5)
    order = serializers.ChoiceField(
        required=False,
        choices=["sort_order", "-first_published_at"],
        help_text="Default: sort_order, the editors' order.",
    )


class Testimonials(ContentView):
    """Mixin: testimonials, for whoever has any right to them."""

    model = Testimonial
    kind = "testimonial"
    operation_tag = "testimonials"
    serializer_class = TestimonialDraftSerializer
    list_serializer_class = TestimonialDraftSerializer
    input_class = TestimonialInput

    def visible(self) -> QuerySet[Any]:
        policy = policy_registry.get_by_type(Testimonial)
        actions = {"add", "change", "publish", "delete"}
        allowed = policy.user_has_any_permission(self.user, actions)
        return Testimonial.objects.all() if allowed else Testimonial.objects.none()


class TestimonialListView(Testimonials, ContentListView):
    """Testimonials as their newest revisions say. Filters and order go by what visitors see."""

    parameters_class = TestimonialParameters
    default_order = "sort_order"
    summaries: ClassVar[dict[str, str]] = {
        "GET": "List testimonials",
        "POST": "Create a testimonial",
    }

    def filtered(self, values: dict[str, Any]) -> QuerySet[Any]:
        chosen = {name: values[name] for name in ("featured", "rating") if name in values}
        return super().filtered(values).filter(**chosen)

    def create(self, values: dict[str, Any], reading: Reading, *, publish: bool) -> Any:
        language = values.pop("locale", None) or settings.LANGUAGE_CODE
        return publishing.create_snippet(
            model=Testimonial,
            locale=Locale.objects.get(language_code=language),
            values=values,
            user=self.user,
            publish=publish,
            refuse=bool(reading.problems),
        )


class TestimonialView(Testimonials, ContentItemView):
    """One testimonial, as its newest revision says."""

    summaries: ClassVar[dict[str, str]] = {
        "GET": "Read a testimonial",
        "PATCH": "Change a testimonial",
        "DELETE": "Delete a testimonial",
    }


class TestimonialActionView(Testimonials, ContentActionView):
    pass


class TestimonialRevisionListView(Testimonials, RevisionListView):
    pass


class TestimonialRevisionView(Testimonials, RevisionView):
    pass


class TestimonialRestoreView(Testimonials, RestoreView):
    pass
