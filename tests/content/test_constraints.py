"""What the database refuses, whoever writes to it, and what editors are told instead."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from wagtail.models import Locale

from content.models import EventPage, Navigation, Session, SiteImage, Testimonial
from tests.factories import in_hours, make_event, make_image, make_testimonial

pytestmark = pytest.mark.django_db

WRONG_EVENTS: list[tuple[dict[str, Any], str]] = [
    ({"ends_at": in_hours(-99)}, "ends_at"),
    ({"venue_latitude": Decimal("9.9")}, "venue_longitude"),
    ({"venue_longitude": Decimal("-84.1")}, "venue_latitude"),
    ({"venue_latitude": Decimal(91), "venue_longitude": Decimal(0)}, "venue_latitude"),
    ({"venue_latitude": Decimal(0), "venue_longitude": Decimal(-181)}, "venue_longitude"),
    ({"capacity": 0}, "capacity"),
    ({"is_free": True, "price_amount": Decimal(5), "price_currency": "USD"}, "price_amount"),
    ({"is_free": False, "price_amount": Decimal(5)}, "price_currency"),
    ({"is_free": False, "price_currency": "USD"}, "price_amount"),
    ({"is_free": False, "price_amount": Decimal(-1), "price_currency": "USD"}, "price_amount"),
]


def test_wrong_event_is_explained_at_the_field_and_refused_by_the_database(site: object) -> None:
    event = make_event(quick=True)
    for values, field in WRONG_EVENTS:
        wrong = EventPage.objects.get(pk=event.pk)
        for name, value in values.items():
            setattr(wrong, name, value)
        with pytest.raises(ValidationError) as explained:
            wrong.full_clean()
        assert list(explained.value.message_dict) == [field], values
        with pytest.raises(IntegrityError), transaction.atomic():
            EventPage.objects.filter(pk=event.pk).update(**values)


def test_moment_of_finishing_follows_from_the_times(site: object) -> None:
    start = in_hours(24).replace(hour=15)
    event = make_event(quick=True, starts_at=start, timezone="America/Costa_Rica")
    assert event.finishes_at == start
    event.ends_at = start + timedelta(hours=2)
    event.save()
    assert event.finishes_at == start + timedelta(hours=2)
    event.ends_at, event.all_day = None, True
    event.save()
    event.refresh_from_db()
    assert event.local_starts_at.strftime("%H:%M:%S") == "00:00:00"
    assert event.finishes_at.astimezone(event.zone).strftime("%H:%M:%S") == "23:59:59"
    assert event.finishes_at.astimezone(event.zone).date() == event.local_starts_at.date()


def test_session_cannot_end_before_it_starts(site: object) -> None:
    event = make_event(quick=True)
    session = Session(page=event, title="Opening", starts_at=in_hours(2), ends_at=in_hours(1))
    with pytest.raises(ValidationError) as explained:
        session.full_clean()
    assert "ends_at" in explained.value.message_dict
    session.sort_order = 0
    with pytest.raises(IntegrityError), transaction.atomic():
        session.save()


def test_testimonial_rating_is_one_to_five(site: object) -> None:
    testimonial = make_testimonial(quick=True, rating=5)
    for rating in (0, 6):
        testimonial.rating = rating
        with pytest.raises(ValidationError) as explained:
            testimonial.full_clean()
        assert list(explained.value.message_dict) == ["rating"]
        with pytest.raises(IntegrityError), transaction.atomic():
            Testimonial.objects.filter(pk=testimonial.pk).update(rating=rating)


def test_image_without_alternative_text_is_refused(site: object) -> None:
    image = make_image()
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteImage.objects.filter(pk=image.pk).update(description="")


def test_second_navigation_in_a_language_is_explained_and_refused(site: object) -> None:
    second = Navigation(locale=Locale.objects.get(language_code="en"))
    with pytest.raises(ValidationError, match="already one in this language"):
        second.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()
