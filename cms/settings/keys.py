"""The key that signs and encrypts, and those that did so before it."""

from cms.settings import env

_SHORTEST = 50
_FEWEST_CHARACTERS = 12


def signing_key(name: str, *, shortest: int = _SHORTEST) -> str:
    """A random text long enough to sign with (50 characters and more, as Django's checks ask)."""
    value = env.text(name)
    if not _is_random(value, shortest):
        problem = (
            f"must be random and at least {shortest} characters long, for example the "
            "output of: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
        raise env.InvalidSettingError(name, problem)
    return value


def former_signing_keys(name: str, present: str) -> list[str]:
    """Keys of before, comma-separated; none when it is not set."""
    values = [] if env.optional(name) is None else env.names(name)
    # They are not repeated here: errors are logged.
    if not all(_is_random(value) for value in values):
        raise env.InvalidSettingError(name, "must list former values of SECRET_KEY.")
    if present in values:
        raise env.InvalidSettingError(name, "must not have the present SECRET_KEY in it.")
    return values


def _is_random(value: str, shortest: int = _SHORTEST) -> bool:
    return len(value) >= shortest and len(set(value)) >= _FEWEST_CHARACTERS
