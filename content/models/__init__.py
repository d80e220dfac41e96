from content.models.events import EventPage, EventTag
from content.models.images import SiteImage, SiteRendition
from content.models.imports import ImportedEvent
from content.models.pages import EventIndexPage, SitePage, StandardPage
from content.models.parts import Session, Speaker
from content.models.previews import Preview
from content.models.scheduling import ScheduledAttempt
from content.models.site import Navigation, SiteSettings
from content.models.testimonials import Testimonial

__all__ = [
    "EventIndexPage",
    "EventPage",
    "EventTag",
    "ImportedEvent",
    "Navigation",
    "Preview",
    "ScheduledAttempt",
    "Session",
    "SiteImage",
    "SitePage",
    "SiteRendition",
    "SiteSettings",
    "Speaker",
    "StandardPage",
    "Testimonial",
]
