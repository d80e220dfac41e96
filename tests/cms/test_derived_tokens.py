import pytest
from django.conf import LazySettings

from cms.derived_tokens import derive_token, digest, is_token_of, new_nonce

ROW = {"row_id": 7, "nonce": "n" * 22}


def test_token_is_the_same_each_time_and_has_256_bits() -> None:
    token = derive_token(purpose="preview", **ROW)
    assert derive_token(purpose="preview", **ROW) == token
    assert len(token) == 43
    assert is_token_of(token, purpose="preview", **ROW)


@pytest.mark.parametrize(
    "other", [{"purpose": "unsubscribe"}, {"row_id": 8}, {"row_id": "77"}, {"nonce": "m" * 22}]
)
def test_token_of_another_purpose_or_row_is_refused(other: dict[str, object]) -> None:
    token = derive_token(purpose="preview", **ROW)
    assert not is_token_of(token, **{"purpose": "preview", **ROW, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["", "é", "\udcff", "\0", "a" * 10_000])
def test_anything_else_is_refused(wrong: str) -> None:
    assert not is_token_of(wrong, purpose="preview", **ROW)
    assert len(digest(wrong)) == 64


def test_old_key_is_good_as_long_as_it_is_a_fallback(settings: LazySettings) -> None:
    settings.SECRET_KEY = "old" * 20
    token = derive_token(purpose="preview", **ROW)
    settings.SECRET_KEY = "new" * 20
    assert not is_token_of(token, purpose="preview", **ROW)
    settings.SECRET_KEY_FALLBACKS = ["old" * 20]
    assert is_token_of(token, purpose="preview", **ROW)
    assert derive_token(purpose="preview", **ROW) != token


def test_nonces_differ() -> None:
    assert len({new_nonce() for _ in range(100)}) == 100
