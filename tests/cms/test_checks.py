import pytest
from django.core.checks import run_checks
from wagtail.models import Site


def ids() -> set[str]:
    return {str(message.id) for message in run_checks(databases=["default"])}


@pytest.mark.django_db
def test_default_site_elsewhere_than_the_frontend_is_a_warning(
    settings: pytest.FixtureRequest,
) -> None:
    Site.objects.filter(is_default_site=True).update(hostname="www.example.org", port=443)

    settings.FRONTEND_URL = "https://www.example.org"  # type: ignore[attr-defined]
    assert "cms.W001" not in ids()

    settings.FRONTEND_URL = "https://other.example.org"  # type: ignore[attr-defined]
    assert "cms.W001" in ids()


@pytest.mark.django_db
def test_more_connections_than_the_server_has_are_a_warning(
    settings: pytest.FixtureRequest,
) -> None:
    assert "cms.W002" not in ids()
    settings.WEB_PROCESSES = 10_000  # type: ignore[attr-defined]
    assert "cms.W002" in ids()


def test_checks_without_a_database_ask_none() -> None:
    # Without the django_db mark a query would fail this test.
    assert {message.id for message in run_checks()} & {"cms.W001", "cms.W002"} == set()


def test_several_processes_without_redis_are_a_warning_of_a_deployment(
    settings: pytest.FixtureRequest,
) -> None:
    def warns() -> bool:
        found = run_checks(include_deployment_checks=True)
        return "cms.W003" in {message.id for message in found}

    settings.RESPONSE_CACHE_MEGABYTES = 32  # type: ignore[attr-defined]
    settings.REDIS_URL = None  # type: ignore[attr-defined]
    settings.WEB_PROCESSES = 2  # type: ignore[attr-defined]
    assert warns()
    assert "cms.W003" not in {message.id for message in run_checks()}
    settings.WEB_PROCESSES = 1  # type: ignore[attr-defined]
    assert not warns()
    settings.WEB_PROCESSES = 2  # type: ignore[attr-defined]
    settings.REDIS_URL = "redis://127.0.0.1:6379/0"  # type: ignore[attr-defined]
    assert not warns()
