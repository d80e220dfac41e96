import pytest

from cms.api.words import fold
from content.models import EventPage
from content.search import matching
from tests.factories import make_event


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Programación", "programacion"),
        ("STRASSE Straße", "strasse strasse"),
        ("ÑANDÚ", "nandu"),
        ("ﬁn", "fin"),
        ("日本語", "日本語"),
        ("", ""),
    ],
)
def test_folding_drops_case_and_marks(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.django_db
def test_words_match_by_their_beginning_whatever_the_accents(site: object) -> None:
    make_event(title="Taller de programación", speakers=[{"name": "Zoë Núñez"}], tags=["Django"])
    make_event(title="Open evening", summary="Bring your laptop")
    for text, operator, expected in [
        ("programacion", "and", 1),
        ("PROGRAMACIÓN", "and", 1),
        ("progra tall", "and", 1),
        ("nunez", "and", 1),
        ("django", "and", 1),
        ("laptop programacion", "and", 0),
        ("laptop programacion", "or", 2),
        ("gramacion", "and", 0),
        ("!!!", "and", 0),
        ("' | 'a':* & ! ( ) \\ <-> :*", "and", 0),
        ("a " * 100, "and", 0),
    ]:
        found = matching(EventPage.objects.all(), text, operator=operator)
        assert found.count() == expected, (text, operator)
