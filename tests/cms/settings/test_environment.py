"""Every variable is typed and checked when any process starts, with one line that names it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent.parent
COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "cms.settings.production",
    "DATABASE_URL": "postgres://cms:secret@db.example.org:5432/cms",
    "SECRET_KEY": "bZ7q-5mVwXhE2tRkPpYn8dLcSfJa0GuQ_iTo4Wv6zN1xKsHy3BrM9",
    "JWT_SIGNING_KEY": "nQ4wz7Lk_2VtYb9sXcRf5mHd8GpJ3aEu",
    "PUBLIC_URL": "https://cms.example.org",
    "FRONTEND_URL": "https://www.example.org",
    "TRUSTED_PROXY_COUNT": "1",
    "EMAIL_PROVIDER": "smtp",
    "EMAIL_HOST": "smtp.example.org",
    "DEFAULT_FROM_EMAIL": "Example Lab <cms@example.org>",
    "REDIS_URL": "redis://redis.example.org:6379/0",
}
PRINT_SETTINGS = """
import json
from django.conf import settings
names = {names!r}
print(json.dumps({{name: getattr(settings, name) for name in names}}, default=str))
"""


def run(*arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    """A Python process with exactly the complete environment and the changes."""
    environment = {"PATH": os.environ["PATH"], **COMPLETE, **changes}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


SENSELESS = [
    ("SECRET_KEY", ""),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "a" * 60),
    ("SECRET_KEY_FALLBACKS", "short"),
    ("SECRET_KEY_FALLBACKS", f"{'a' * 60},"),
    ("SECRET_KEY_FALLBACKS", COMPLETE["SECRET_KEY"]),
    ("AUDIT_LOG_DAYS", "7"),
    ("JWT_SIGNING_KEY", ""),
    ("JWT_SIGNING_KEY", "short"),
    ("JWT_SIGNING_KEY", "a" * 60),
    ("JWT_SIGNING_KEY", COMPLETE["SECRET_KEY"]),
    ("DATABASE_URL", ""),
    ("DATABASE_URL", "sqlite:///db.sqlite3"),
    ("DATABASE_URL", "mysql://a:b@c/d"),
    ("DATABASE_URL", "postgres://host-only"),
    ("DATABASE_URL", "postgres://a:b@host:port/cms"),
    ("DATABASE_URL", "not a url"),
    ("ADMINS", "ops@example.org,nobody"),
    ("METRICS_TOKEN", "short"),
    ("METRICS_TOKEN", "with blanks and otherwise long enough"),
    ("WORKER_THREADS", "0"),
    ("DATABASE_POOL_MAX", "0"),
    ("DATABASE_POOL_MAX", "many"),
    ("DEBUG", "true"),
    ("DEBUG", "perhaps"),
    ("WEBHOOKS_ALLOW_PRIVATE_ADDRESSES", "true"),
    ("ALLOWED_HOSTS", "*"),
    ("ALLOWED_HOSTS", "https://cms.example.org"),
    ("ALLOWED_HOSTS", "cms.example.org,,other.example.org"),
    ("ALLOWED_HOSTS", "other.example.org"),
    ("PUBLIC_URL", ""),
    ("PUBLIC_URL", "cms.example.org"),
    ("PUBLIC_URL", "http://cms.example.org"),
    ("PUBLIC_URL", "https://cms.example.org/cms"),
    ("PUBLIC_URL", "https://user:password@cms.example.org"),
    ("PUBLIC_URL", "https://cms.example.org?x=1"),
    ("PUBLIC_URL", "https://cms.example.org:99999"),
    ("PUBLIC_URL", "ftp://cms.example.org"),
    ("FRONTEND_URL", ""),
    ("FRONTEND_URL", "javascript:alert(1)"),
    ("FRONTEND_URL", "https://www.example.org#top"),
    ("FRONTEND_ORIGINS", "https://www.example.org/"),
    ("FRONTEND_ORIGINS", "https://*.example.org'"),
    ("FRONTEND_ORIGINS", "*"),
    ("FRONTEND_ORIGINS", "https://WWW.example.org"),
    ("TRUSTED_PROXY_COUNT", "-1"),
    ("TRUSTED_PROXY_COUNT", "1.5"),
    ("TRUSTED_PROXY_COUNT", "9" * 5000),
    ("TIME_ZONE", "Madrid"),
    ("TIME_ZONE", "../../etc/passwd"),
    ("CONTENT_LANGUAGES", "en,xx"),
    ("CONTENT_LANGUAGES", "en,en"),
    ("CONTENT_LANGUAGES", ","),
    ("DATA_DIR", str(PROJECT / "manage.py")),
    ("MEDIA_STORAGE_URL", "s3://bucket/media"),
    ("MEDIA_STORAGE_URL", "/srv/media"),
    ("MEDIA_STORAGE_URL", "file://host/srv/media"),
    ("MEDIA_STORAGE_URL", "file:///"),
    ("LOG_FORMAT", "xml"),
    ("WEB_PROCESSES", "0"),
    ("WEB_THREADS", "1000"),
    ("REDIS_URL", "cache.example.org:6379"),
    ("REDIS_URL", "http://cache.example.org/"),
    ("REDIS_URL", "redis://"),
    ("REDIS_URL", "redis://cache.example.org:port"),
    ("RESPONSE_CACHE_MEGABYTES", "-1"),
    ("RESPONSE_CACHE_MEGABYTES", "1.5"),
    ("OUTER_CACHE_PURGE_URLS", "varnish:6081"),
    ("OUTER_CACHE_PURGE_URLS", "http://varnish:6081"),
    ("OUTER_CACHE_PURGE_URLS", "http://user:password@varnish/"),
    ("OUTER_CACHE_PURGE_URLS", "http://varnish/,ftp://varnish/"),
    ("OUTER_CACHE_PURGE_TOKEN", "short"),
    ("CLOUDFLARE_ZONE_ID", "example.org"),
    ("CLOUDFLARE_API_TOKEN", "short"),
    ("CLOUDFLARE_API_URL", "http://api.example.org"),
    ("EMAIL_PROVIDER", ""),
    ("EMAIL_PROVIDER", "pigeon"),
    ("EMAIL_HOST", ""),
    ("EMAIL_PORT", "70000"),
    ("EMAIL_USE_TLS", "maybe"),
    ("EMAIL_USE_SSL", "maybe"),
    ("SENDGRID_WEBHOOK_KEY", "c2VjcmV0"),
    ("SENDGRID_WEBHOOK_KEY", "not base64"),
    ("NEWSLETTER_PROVIDER", "pigeon"),
    ("SENDGRID_LIST_ID", "news"),
    ("MAILGUN_LIST", "news"),
    ("DEFAULT_FROM_EMAIL", ""),
    ("DEFAULT_FROM_EMAIL", "nobody"),
    ("DEFAULT_FROM_EMAIL", "a@b.example, c@d.example"),
    ("EMAIL_HOST_PASSWORD", "two\nlines"),
]


@pytest.fixture(scope="module")
def starts() -> dict[tuple[str, str], tuple[int, str]]:
    """Exit code and output of each start with one senseless value."""
    finished = subprocess.run(
        [sys.executable, "-m", "tests.cms.settings.start_repeatedly"],
        cwd=PROJECT,
        input=json.dumps([{**COMPLETE, name: value} for name, value in SENSELESS]),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return dict(zip(SENSELESS, json.loads(finished.stdout), strict=True))


@pytest.mark.parametrize(("name", "value"), SENSELESS)
def test_senseless_value_ends_the_start_with_one_line_naming_it(
    starts: dict[tuple[str, str], tuple[int, str]], name: str, value: str
) -> None:
    exit_code, output = starts[name, value]

    assert exit_code == 1
    (line,) = output.splitlines()
    assert line.startswith(f"Setting {name}: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("manage.py", "check"),
        ("manage.py", "migrate"),
        ("manage.py", "no_such_command"),
        ("manage.py", "help"),
        ("-c", "import cms.wsgi"),
    ],
    ids=" ".join,
)
def test_every_process_ends_with_that_line(arguments: tuple[str, ...]) -> None:
    finished = run(*arguments, SECRET_KEY="")

    assert finished.returncode == 1
    assert finished.stderr == "Setting SECRET_KEY: is missing.\n"


@pytest.mark.parametrize(
    ("provider", "name", "value"),
    [
        ("sendgrid", "SENDGRID_API_KEY", ""),
        ("mailgun", "MAILGUN_API_URL", "api.eu.mailgun.net"),
        ("postal", "POSTAL_API_URL", ""),
        ("smtp", "EMAIL_USE_SSL", "true"),
    ],
)
def test_provider_that_lacks_a_variable_ends_the_start(
    provider: str, name: str, value: str
) -> None:
    finished = run(
        "-c",
        "import cms.settings.production",
        **{
            "EMAIL_PROVIDER": provider,
            "EMAIL_USE_TLS": "true",
            "MAILGUN_API_KEY": "key",
            "POSTAL_API_KEY": "key",
            name: value,
        },
    )
    assert finished.returncode == 1
    assert finished.stderr.startswith(f"Setting {name}: ")


def test_provider_is_told_what_the_environment_says() -> None:
    changed = settings_with(
        ["MAIL_DELIVERY_BACKEND", "ANYMAIL", "EMAIL_BACKEND"],
        EMAIL_PROVIDER="sendgrid",
        SENDGRID_API_KEY="SG.key",
        SENDGRID_API_URL="https://api.eu.sendgrid.com/v3/",
    )
    assert changed["EMAIL_BACKEND"] == "integrations.mail.backend.QueueingEmailBackend"
    assert changed["MAIL_DELIVERY_BACKEND"] == "anymail.backends.sendgrid.EmailBackend"
    assert isinstance(changed["ANYMAIL"], dict)
    assert changed["ANYMAIL"]["SENDGRID_API_KEY"] == "SG.key"
    assert changed["ANYMAIL"]["SENDGRID_API_URL"] == "https://api.eu.sendgrid.com/v3/"


def test_list_is_at_the_provider_that_the_environment_names() -> None:
    chosen = {"NEWSLETTER_PROVIDER": "mailgun", "MAILGUN_API_KEY": "key"}
    changed = settings_with(["NEWSLETTER_LIST"], MAILGUN_LIST="news@example.org", **chosen)
    url = "https://api.mailgun.net/v3/"
    assert changed["NEWSLETTER_LIST"] == {
        "url": url,
        "key": "key",
        "list_name": "news@example.org",
    }
    finished = run("-c", "import cms.settings.production", **chosen)
    assert finished.stderr == "Setting MAILGUN_LIST: is missing.\n"


def test_value_of_a_secret_is_not_repeated() -> None:
    for name in ("SECRET_KEY", "DATABASE_URL"):
        finished = run("-c", "import cms.settings.production", **{name: "mysql://a:hunter2@db/cms"})
        assert finished.returncode == 1
        assert "hunter2" not in finished.stderr


def test_complete_environment_passes_the_deployment_checks() -> None:
    finished = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert finished.returncode == 0, finished.stderr


def settings_with(names: list[str], **changes: str) -> dict[str, object]:
    finished = run("-c", PRINT_SETTINGS.format(names=names), **changes)
    assert finished.returncode == 0, finished.stderr
    values: dict[str, object] = json.loads(finished.stdout)
    return values


def test_production_is_safe_without_any_optional_variable() -> None:
    safe: dict[str, object] = {
        "DEBUG": False,
        "ALLOWED_HOSTS": ["cms.example.org"],
        "FRONTEND_ORIGINS": ["https://www.example.org"],
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "CORS_ALLOW_CREDENTIALS": False,
        "TRUSTED_PROXY_COUNT": 0,
        "SECURE_PROXY_SSL_HEADER": None,
        "LOG_FORMAT": "json",
        "LANGUAGES": [["en", "English"], ["es", "Español"]],
        "MEDIA_ROOT": str(PROJECT / "var" / "media"),
    }
    assert settings_with(list(safe), TRUSTED_PROXY_COUNT="") == safe


def test_variables_reach_the_settings() -> None:
    changed = settings_with(
        ["LANGUAGE_CODE", "WAGTAIL_CONTENT_LANGUAGES", "MEDIA_ROOT", "SECURE_PROXY_SSL_HEADER"],
        CONTENT_LANGUAGES="es,en",
        MEDIA_STORAGE_URL="file:///srv/my%20media",
    )
    assert changed == {
        "LANGUAGE_CODE": "es",
        "WAGTAIL_CONTENT_LANGUAGES": [["es", "Español"], ["en", "English"]],
        "MEDIA_ROOT": "/srv/my media",
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
    }


def test_time_zones_of_editors_are_places_and_utc() -> None:
    zones = settings_with(["WAGTAIL_USER_TIME_ZONES"])["WAGTAIL_USER_TIME_ZONES"]
    assert isinstance(zones, list)
    assert {"America/Costa_Rica", "Europe/Madrid", "UTC"} <= set(zones)
    assert {"localtime", "Factory", "Etc/GMT+5", "EST5EDT"}.isdisjoint(zones)


def test_http_is_possible_on_this_machine_only() -> None:
    local = {"PUBLIC_URL": "http://127.0.0.1:8000", "FRONTEND_URL": "http://[::1]:3000"}
    assert settings_with(["SECURE_SSL_REDIRECT"], **local) == {"SECURE_SSL_REDIRECT": False}


def test_development_needs_no_variable() -> None:
    environment = dict.fromkeys(COMPLETE, "")
    environment["DJANGO_SETTINGS_MODULE"] = "cms.settings.development"
    finished = run(
        "-c",
        PRINT_SETTINGS.format(names=["DEBUG", "PUBLIC_URL", "FRONTEND_URL"]),
        **environment,
        PORT="8123",
    )
    expected = '"PUBLIC_URL": "http://localhost:8123", "FRONTEND_URL": "http://localhost:3000"'
    assert expected in finished.stdout


def test_only_development_has_the_zone_of_the_demo_site_and_a_given_one_wins() -> None:
    development = dict.fromkeys(COMPLETE, "")
    development["DJANGO_SETTINGS_MODULE"] = "cms.settings.development"
    zones = [
        settings_with(["TIME_ZONE"], **changes)["TIME_ZONE"]
        for changes in ({}, development, {**development, "TIME_ZONE": "Europe/Madrid"})
    ]
    assert zones == ["UTC", "America/Costa_Rica", "Europe/Madrid"]


@pytest.mark.parametrize("name", ["PORT", "FRONTEND_PORT"])
@pytest.mark.parametrize("value", ["abc", "0", "65536"])
def test_development_senseless_port_ends_the_start_with_one_line_naming_it(
    name: str, value: str
) -> None:
    environment = {"DJANGO_SETTINGS_MODULE": "cms.settings.development", name: value}
    finished = run("manage.py", "check", **environment)
    assert finished.returncode == 1
    assert finished.stderr.startswith(f"Setting {name}: must be a whole number")


def documented(pattern: str, document: str) -> set[str]:
    return set(re.findall(pattern, (PROJECT / document).read_text(), re.MULTILINE))


def test_every_variable_is_documented_and_nothing_else() -> None:
    code = "from django.conf import settings; settings.DEBUG; from cms.settings import env; "
    finished = run("-c", code + "print(*env.read_names)")
    read = set(finished.stdout.split())

    assert read == documented(r"^\| `([A-Z_]+)` \|", "docs/settings.md")
    assert documented(r"^([A-Z_]+)=", ".env.example") <= read | {"DJANGO_SETTINGS_MODULE"}


def test_example_is_read_by_a_shell() -> None:
    shell = ["sh", "-eu", "-c", 'set -a; . ./.env.example; printf %s "$DEFAULT_FROM_EMAIL"']
    finished = subprocess.run(shell, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert (finished.stdout, finished.stderr) == ("Example Lab <cms@example.org>", "")


KEY_OF_BEFORE = "tq3_Xc8LrVnZ2wKjHs6PyBd9MfGa5EuQ1oTi7RvWzN4xCkJhYp0bD"
PRINT_ENCRYPTED = """
import django
django.setup()
from integrations.webhooks import signing
{statement}
"""


def test_secrets_survive_a_new_key_as_long_as_the_old_one_is_named() -> None:
    encrypting = PRINT_ENCRYPTED.format(statement="print(signing.encrypt('whsec_1'))")
    encrypted = run("-c", encrypting, SECRET_KEY=KEY_OF_BEFORE).stdout.strip()
    decrypting = PRINT_ENCRYPTED.format(statement=f"print(signing.decrypt({encrypted!r}))")
    read = run("-c", decrypting, SECRET_KEY_FALLBACKS=KEY_OF_BEFORE)
    assert read.stdout.strip() == "whsec_1"
    assert "UnreadableSecretError" in run("-c", decrypting).stderr


def test_only_web_processes_pool_connections() -> None:
    show = (
        "; from django.db import connection; print('pool' in connection.settings_dict['OPTIONS'])"
    )
    assert run("-c", f"import cms.wsgi{show}").stdout == "True\n"
    assert run("-c", f"import django; django.setup(){show}").stdout == "False\n"
