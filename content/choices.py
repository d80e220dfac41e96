"""Closed vocabularies of events, with schema.org's names for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventType(models.TextChoices):
    TALK = "talk", _("Talk")
    WORKSHOP = "workshop", _("Workshop")
    MEETUP = "meetup", _("Meetup")
    CONFERENCE = "conference", _("Conference")
    HACKATHON = "hackathon", _("Hackathon")
    WEBINAR = "webinar", _("Webinar")
    COURSE = "course", _("Course")
    OTHER = "other", _("Other")


class AttendanceMode(models.TextChoices):
    """https://schema.org/EventAttendanceModeEnumeration"""

    OFFLINE = "offline", _("In person")
    ONLINE = "online", _("Online")
    MIXED = "mixed", _("In person and online")

    @property
    def schema_org(self) -> str:
        return f"https://schema.org/{self.value.capitalize()}EventAttendanceMode"


class EventStatus(models.TextChoices):
    """https://schema.org/EventStatusType"""

    SCHEDULED = "scheduled", _("Takes place as planned")
    CANCELLED = "cancelled", _("Cancelled")
    POSTPONED = "postponed", _("Postponed, new date not known yet")
    MOVED_ONLINE = "moved_online", _("Moved online")

    @property
    def schema_org(self) -> str:
        names = {"moved_online": "EventMovedOnline"}
        return f"https://schema.org/{names.get(self.value, f'Event{self.value.capitalize()}')}"


class Currency(models.TextChoices):
    """ISO 4217 codes that editors may choose from."""

    CRC = "CRC", _("Costa Rican colón (CRC)")
    USD = "USD", _("US dollar (USD)")
    EUR = "EUR", _("Euro (EUR)")
    MXN = "MXN", _("Mexican peso (MXN)")
    COP = "COP", _("Colombian peso (COP)")
    ARS = "ARS", _("Argentine peso (ARS)")
    CLP = "CLP", _("Chilean peso (CLP)")
    PEN = "PEN", _("Peruvian sol (PEN)")
    BRL = "BRL", _("Brazilian real (BRL)")
    GBP = "GBP", _("Pound sterling (GBP)")
    CAD = "CAD", _("Canadian dollar (CAD)")
    CHF = "CHF", _("Swiss franc (CHF)")
    JPY = "JPY", _("Japanese yen (JPY)")


class SocialPlatform(models.TextChoices):
    GITHUB = "github", "GitHub"
    LINKEDIN = "linkedin", "LinkedIn"
    YOUTUBE = "youtube", "YouTube"
    INSTAGRAM = "instagram", "Instagram"
    FACEBOOK = "facebook", "Facebook"
    X = "x", "X"
    MASTODON = "mastodon", "Mastodon"
    BLUESKY = "bluesky", "Bluesky"
    DISCORD = "discord", "Discord"
    TELEGRAM = "telegram", "Telegram"
    WHATSAPP = "whatsapp", "WhatsApp"
    MEETUP = "meetup", "Meetup"
    OTHER = "other", _("Other")
