from content.serializers.events import EventListItemSerializer, EventSerializer
from content.serializers.pages import (
    EventIndexPageSerializer,
    PageListItemSerializer,
    StandardPageSerializer,
)
from content.serializers.site import SiteSerializer
from content.serializers.testimonials import TestimonialSerializer

__all__ = [
    "EventIndexPageSerializer",
    "EventListItemSerializer",
    "EventSerializer",
    "PageListItemSerializer",
    "SiteSerializer",
    "StandardPageSerializer",
    "TestimonialSerializer",
]
