"""Published testimonials."""

from typing import Any

from django.db.models import Model, Q, QuerySet
from django.urls import URLPattern, path
from rest_framework import serializers

from cms.api.fields import ReadSerializer
from cms.api.parameters import BooleanParameter, IntegerParameter
from content.api.base import PublicViewSet
from content.api.parameters import ListParameters
from content.models import Testimonial
from content.serializers import TestimonialSerializer


class TestimonialListParameters(ListParameters):
    featured = BooleanParameter(required=False)
    rating = IntegerParameter(required=False, min_value=1, max_value=5)
    order = serializers.ChoiceField(
        required=False,
        choices=["sort_order", "-first_published_at"],
        help_text="Default: sort_order, the editors' order.",
    )


class TestimonialsViewSet(PublicViewSet):
    """Testimonials in the editors' order. Without `locale`: the default language."""

    model = Testimonial
    list_parameters_class = TestimonialListParameters
    default_order = "sort_order"
    defaults_to_site_language = True
    operation_tag = "testimonials"
    resource_name = "Testimonial"

    def get_queryset(self) -> QuerySet[Any]:
        return public_testimonials(self.now)

    def filtered(self, values: dict[str, Any]) -> QuerySet[Any]:
        chosen = {name: values[name] for name in ("featured", "rating") if name in values}
        return super().filtered(values).filter(**chosen)

    def serializer_classes(
        self, model: type[Model]
    ) -> tuple[type[ReadSerializer], type[ReadSerializer]]:
        return TestimonialSerializer, TestimonialSerializer

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        return [
            path("", cls.listing_only(), name="listing"),
            path("<int:pk>/", cls.detail_only(), name="detail"),
        ]


def public_testimonials(now: Any) -> QuerySet[Testimonial]:
    """Testimonials that anybody may read at ``now``."""
    not_expired = Q(expire_at__isnull=True) | Q(expire_at__gt=now)
    return Testimonial.objects.filter(not_expired, live=True)
