"""Typed readers of environment variables.

A missing or senseless value ends the start with one line that names the variable: every command and
every server imports the settings first, and a traceback would bury the name. An empty variable
counts as missing, because compose files and CI systems pass empty strings for what nobody set.
"""

import os
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from django.conf.locale import LANG_INFO
from django.http.request import validate_host

read_names: set[str] = set()
"""Every variable the settings have asked for; docs/settings.md is tested against it."""

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent

_defaults: dict[str, str] = {}
_permissions: set[str] = set()

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")
_HOST = re.compile(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
_URL_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+")


class InvalidSettingError(SystemExit):
    """Ends the process with exit code 1 and one line on standard error."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"Setting {name}: {problem}")


def supply_defaults(defaults: Mapping[str, str]) -> None:
    """Values for variables that are not set, given before production.py reads them."""
    _defaults.update(defaults)


def permit(*names: str) -> None:
    """Switches that production refuses, like DEBUG, which shows code and settings to everybody."""
    _permissions.update(names)


def development_only(name: str, *, default: bool) -> bool:
    """A switch that may be on only where it is permitted; `default` counts there alone."""
    value = boolean(name, default=default and name in _permissions)
    if value and name not in _permissions:
        raise InvalidSettingError(name, "must not be true in production.")
    return value


def data_directory() -> Path:
    """Where everything is kept that the project writes itself, made by whoever writes there."""
    return directory("DATA_DIR", PROJECT_DIR / "var")


def optional(name: str) -> str | None:
    """The stripped value, or None when it is unset or empty."""
    read_names.add(name)
    value = os.environ.get(name, "").strip() or _defaults.get(name, "")
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise InvalidSettingError(name, "must not contain control characters.")
    return value or None


def text(name: str, default: str | None = None) -> str:
    value = optional(name)
    value = default if value is None else value
    if value is None:
        raise InvalidSettingError(name, "is missing.")
    return value


def boolean(name: str, *, default: bool) -> bool:
    value = (optional(name) or str(default)).lower()
    if value not in _TRUE + _FALSE:
        raise InvalidSettingError(name, f"must be true or false, not {value!r}.")
    return value in _TRUE


def integer(name: str, *, default: int, lowest: int, highest: int) -> int:
    value = optional(name) or str(default)
    number = int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else None
    if number is None or not lowest <= number <= highest:
        problem = f"must be a whole number from {lowest} to {highest}, not {value!r}."
        raise InvalidSettingError(name, problem)
    return number


def choice(name: str, *, default: str | None = None, choices: Sequence[str]) -> str:
    value = text(name, default)
    if value not in choices:
        raise InvalidSettingError(name, f"must be one of {', '.join(choices)}, not {value!r}.")
    return value


def names(name: str, default: str | None = None) -> list[str]:
    """A comma-separated list without empty or repeated entries, in the order given."""
    parts = [part.strip() for part in text(name, default).split(",")]
    if not all(parts) or len(set(parts)) != len(parts):
        raise InvalidSettingError(name, "must be a comma-separated list without gaps or repeats.")
    return parts


def token(name: str) -> str | None:
    """A random text that a caller has to know, of 24 characters and more; None without one."""
    value = optional(name)
    if value is not None and not re.fullmatch(r"[A-Za-z0-9._~+/=-]{24,}", value):
        problem = "must be at least 24 random letters and digits, without blanks."
        raise InvalidSettingError(name, problem)
    return value


def hosts(name: str, public_url: str) -> list[str]:
    """Host names as Django's ALLOWED_HOSTS takes them; without any, that of our own URL.

    "*" is refused, it would trust every Host header.
    """
    netloc_host = urlsplit(public_url).hostname or ""
    own_host = f"[{netloc_host}]" if ":" in netloc_host else netloc_host
    values = names(name, own_host)
    for value in values:
        if not _HOST.fullmatch(value):
            problem = f"must list host names without scheme or port, not {value!r}."
            raise InvalidSettingError(name, problem)
    if not validate_host(own_host, values):
        raise InvalidSettingError(name, f"must contain the host of PUBLIC_URL, {own_host}.")
    return values


def _split_web_url(name: str, value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        valid = bool(_URL_HOST.fullmatch(parts.hostname or "")) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or parts.scheme not in ("http", "https") or parts.username is not None:
        problem = f"must be a URL like https://www.example.org, not {value!r}."
        raise InvalidSettingError(name, problem)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        problem = f"must begin with https:// (http:// is for this machine only), not {value!r}."
        raise InvalidSettingError(name, problem)
    return parts


def base_url(name: str, default: str | None = None) -> str:
    """An absolute URL without a trailing slash, query or fragment; https except on this machine."""
    value = text(name, default)
    parts = _split_web_url(name, value)
    if parts.query or parts.fragment or re.search(r"[\s\"'<>;]", value):
        raise InvalidSettingError(name, f"must have no query, fragment or blanks, not {value!r}.")
    return value.rstrip("/")


def root_url(name: str) -> str:
    """A base URL without a path: everything is served from the root of that host."""
    value = base_url(name)
    if urlsplit(value).path:
        raise InvalidSettingError(name, f"must have no path after the host, not {value!r}.")
    return value


def origins(name: str, default: str) -> list[str]:
    """Web origins (scheme, host and port) as browsers send them in the Origin header (RFC 6454)."""
    values = names(name, default)
    for value in values:
        parts = _split_web_url(name, value)
        if value != f"{parts.scheme}://{parts.netloc}".lower():
            problem = f"must list origins like https://www.example.org, not {value!r}."
            raise InvalidSettingError(name, problem)
    return values


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        problem = f"must be an IANA time zone like America/Costa_Rica, not {value!r}."
        raise InvalidSettingError(name, problem) from error
    return value


def places_of_time_zones() -> list[str]:
    """IANA names of the form Area/Place, and UTC, from the tzdata package."""
    zones = files("tzdata").joinpath("zones").read_text().split()
    return ["UTC", *sorted(zone for zone in zones if "/" in zone and not zone.startswith("Etc/"))]


def languages(name: str, default: str) -> list[tuple[str, str]]:
    """Language codes with the languages' own names; the first is the default language."""
    codes = names(name, default)
    for code in codes:
        if "name_local" not in LANG_INFO.get(code, {}):
            problem = f"must list language codes like en,es in lower case; {code!r} is not known."
            raise InvalidSettingError(name, problem)
    return [(code, str(LANG_INFO[code]["name_local"]).capitalize()) for code in codes]


def database(name: str) -> dict[str, object]:
    """A PostgreSQL connection in Django's form; other databases are refused."""
    value = text(name)
    try:
        parsed: dict[str, object] = dict(dj_database_url.parse(value))
    except (dj_database_url.ParseError, ValueError) as error:
        raise InvalidSettingError(name, "is not a database URL.") from error
    if parsed.get("ENGINE") != "django.db.backends.postgresql" or not parsed.get("NAME"):
        problem = "must name a PostgreSQL database, like postgres://user:password@host:5432/cms."
        raise InvalidSettingError(name, problem)
    options = parsed.setdefault("OPTIONS", {})
    if isinstance(options, dict):
        # libpq would wait for minutes for a host that swallows packets.
        options.setdefault("connect_timeout", 5)
        # A server that vanishes without a word is noticed within a minute, not after two hours.
        options.setdefault("keepalives_idle", 20)
        options.setdefault("keepalives_interval", 10)
        options.setdefault("keepalives_count", 3)
        options.setdefault("tcp_user_timeout", 50_000)
    return parsed


def redis_url(name: str) -> str | None:
    """The URL of a Redis or Valkey server, or None when it is unset."""
    value = optional(name)
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        valid = bool(parts.path if parts.scheme == "unix" else parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    # The value is not repeated: it may hold a password.
    if not valid or parts.scheme not in ("redis", "rediss", "unix"):
        raise InvalidSettingError(name, "must be a URL like redis://cache.example.org:6379/0.")
    return value


def directory(name: str, default: Path) -> Path:
    """An absolute path; it need not exist yet."""
    path = Path(text(name, str(default))).expanduser()
    if not path.is_absolute():
        path = Path.cwd() / path
    if path.exists() and not path.is_dir():
        raise InvalidSettingError(name, f"must be a directory, but {str(path)!r} is a file.")
    return path


def storage_directory(name: str, default: Path) -> Path:
    """The directory of a file:/// URL, the only kind of media storage there is so far."""
    value = optional(name)
    if value is None:
        return default
    parts = urlsplit(value)
    path = Path(unquote(parts.path))
    if parts.scheme != "file" or parts.netloc or not path.is_absolute() or path == Path("/"):
        raise InvalidSettingError(name, f"must be like file:///srv/media, not {value!r}.")
    return path


def mail_addresses(name: str) -> list[str]:
    """Plain addresses, comma-separated; none when it is not set."""
    if optional(name) is None:
        return []
    values = names(name)
    for value in values:
        if not re.fullmatch(r"[^<>@\s,]+@[^<>@\s,]+", value):
            raise InvalidSettingError(name, f"must list e-mail addresses, not {value!r}.")
    return values


def mail_address(name: str, default: str | None = None) -> str:
    """An address, alone or as "Name <address>", for the From line."""
    value = text(name, default)
    if not re.fullmatch(r"([^<>@,]+<[^<>@\s,]+@[^<>@\s,]+>|[^<>@\s,]+@[^<>@\s,]+)", value):
        raise InvalidSettingError(name, f"must be one e-mail address, not {value!r}.")
    return value
