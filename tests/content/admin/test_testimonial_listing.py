"""The listing of testimonials and their manual order."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale, Revision

from content.models import Testimonial

pytestmark = pytest.mark.django_db

MakeTestimonial = Callable[..., Testimonial]

LIST = "wagtailsnippets_content_testimonial:list"


def listed(client: Client, **parameters: object) -> list[str]:
    answer = client.get(reverse(LIST), parameters)
    assert answer.status_code == 200
    return [testimonial.author_name for testimonial in answer.context["object_list"]]


def move(client: Client, testimonial: Testimonial, position: object) -> int:
    url = reverse("wagtailsnippets_content_testimonial:reorder", args=[testimonial.pk])
    return client.post(f"{url}?position={position}").status_code


def order(language: str = "en") -> list[str]:
    return list(
        Testimonial.objects.filter(locale__language_code=language)
        .order_by("sort_order", "pk")
        .values_list("author_name", flat=True)
    )


def test_listing_shows_author_quote_rating_language_and_state(
    as_editor: Client, make_testimonial: MakeTestimonial
) -> None:
    make_testimonial("Luis Mora", quote="I learned a lot. " * 20, rating=4, live=False)
    page = as_editor.get(reverse(LIST)).content.decode()
    for words in ("Luis Mora", "I learned a lot.", "…", "★★★★", "English", "draft"):
        assert words in page


def test_filters_and_search_narrow_the_listing(
    as_editor: Client, make_testimonial: MakeTestimonial
) -> None:
    make_testimonial("Ana", quote="Una programación clara", rating=5, featured=True)
    make_testimonial("Luis", rating=3, live=False)
    assert listed(as_editor, featured="true") == ["Ana"]
    assert listed(as_editor, rating="3") == ["Luis"]
    assert listed(as_editor, publication="draft") == ["Luis"]
    assert listed(as_editor, publication="live") == ["Ana"]
    assert listed(as_editor, locale="es") == []
    assert listed(as_editor, q="programacion") == ["Ana"]
    assert listed(as_editor, q="programacion", rating="3") == []


def test_new_testimonial_comes_last_in_its_language(make_testimonial: MakeTestimonial) -> None:
    for name in ("First", "Second", "Third"):
        make_testimonial(name)
    assert order() == ["First", "Second", "Third"]


def test_moving_a_testimonial_leaves_other_languages_alone(
    as_moderator: Client, make_testimonial: MakeTestimonial
) -> None:
    first, _second, third = (make_testimonial(name) for name in ("First", "Second", "Third"))
    spanish = Locale.objects.get(language_code="es")
    for source in (first, third):
        source.copy_for_translation(spanish).save()
    assert move(as_moderator, third, 0) == 200
    assert order("en") == ["Third", "First", "Second"]
    assert order("es") == ["First", "Third"]
    assert move(as_moderator, third, "x") == 200
    assert order("en") == ["First", "Second", "Third"]


def test_testimonials_in_equal_positions_can_be_put_in_order(
    as_moderator: Client, make_testimonial: MakeTestimonial
) -> None:
    first, *_others = [
        make_testimonial(name, sort_order=7) for name in ("First", "Second", "Third")
    ]
    assert move(as_moderator, first, 2) == 200
    assert order() == ["Second", "Third", "First"]


def test_editor_without_publishing_rights_cannot_reorder(
    as_editor: Client, make_testimonial: MakeTestimonial
) -> None:
    first, _second = make_testimonial("First"), make_testimonial("Second")
    assert move(as_editor, first, 1) == 302
    assert order() == ["First", "Second"]
    assert "Put in order" not in as_editor.get(reverse(LIST)).content.decode()


def test_reordering_is_offered_for_one_language_at_a_time(
    as_moderator: Client, make_testimonial: MakeTestimonial
) -> None:
    make_testimonial()
    assert "Put in order: English" in as_moderator.get(reverse(LIST)).content.decode()
    both = as_moderator.get(reverse(LIST), {"ordering": "sort_order"}).content.decode()
    english = {"ordering": "sort_order", "locale": "en"}
    one = as_moderator.get(reverse(LIST), english).content.decode()
    assert "w-orderable" not in both
    assert "w-orderable" in one


def test_older_draft_does_not_bring_back_the_old_position(
    as_moderator: Client, make_testimonial: MakeTestimonial
) -> None:
    first, _second = make_testimonial("First"), make_testimonial("Second")
    draft = first.save_revision()
    move(as_moderator, first, 1)
    Revision.objects.get(pk=draft.pk).publish()  # not with the testimonial of before the move
    assert order() == ["Second", "First"]


def test_number_of_queries_does_not_depend_on_the_number_of_testimonials(
    as_editor: Client, make_testimonial: MakeTestimonial
) -> None:
    counts = []
    for total in (1, 12):
        while Testimonial.objects.count() < total:
            make_testimonial(f"Author {Testimonial.objects.count()}").save_revision()
        as_editor.get(reverse(LIST))
        with CaptureQueriesContext(connection) as queries:
            as_editor.get(reverse(LIST))
        counts.append(len(queries))
    assert counts[0] == counts[1]
