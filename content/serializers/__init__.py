from content.serializers.events import EventListItemSerializer, EventSerializer
from content.serializers.pages import (
    EventIndexPageSerializer,
    PageListItemSerializer,
    PageSerializer,
    StandardPageSerializer,
)
from content.serializers.site import SiteSerializer
from content.serializers.testimonials import TestimonialSerializer

__all__ = [
    "EventIndexPageSerializer",
    "EventListItemSerializer",
    "EventSerializer",
    "PageListItemSerializer",
    "PageSerializer",
    "SiteSerializer",
    "StandardPageSerializer",
    "TestimonialSerializer",
]
