import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

COMPOSE_FILE = Path(__file__).resolve().parents[2] / "compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
# It ends by itself.
WITHOUT_HEALTH_CHECK = {"migrate"}
HEALTH_CHECK_OF_THE_IMAGE = {"web"}
# The least that an operator has to write.
DOTENV = {
    "DOMAIN": "cms.example.org",
    "FRONTEND_URL": "https://www.example.org",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-0123456789-abcdefghijk",
    "JWT_SIGNING_KEY": "abcdefghijklmnopqrstuvwxyz-0123456789",
    "POSTGRES_PASSWORD": "0123456789abcdef",
    "EMAIL_PROVIDER": "console",
}

every_service = pytest.mark.parametrize("name", SERVICES)


def megabytes(size: str) -> int:
    match = re.fullmatch(r"(\d+)([mg])", size)
    assert match, size
    return int(match[1]) * {"m": 1, "g": 1024}[match[2]]


def test_services_are_the_documented_ones() -> None:
    assert set(SERVICES) == {"postgres", "valkey", "migrate", "web", "worker", "caddy"}


@every_service
def test_service_has_a_health_check_or_a_reason(name: str) -> None:
    check = SERVICES[name].get("healthcheck")
    if name in WITHOUT_HEALTH_CHECK:
        assert check == {"disable": True}
    elif name in HEALTH_CHECK_OF_THE_IMAGE:
        assert check is None
    else:
        assert check
        assert check["test"]
        assert check["retries"] >= 3


def test_health_check_of_the_worker_reads_the_file_that_it_touches() -> None:
    worker = SERVICES["worker"]
    *command, file = worker["command"]
    assert command == ["worker", "--heartbeat-file"]
    assert worker["healthcheck"]["test"][-1] == file
    folders = [entry.partition(":")[0] for entry in worker["tmpfs"]]
    assert str(Path(file).parent) in folders


@every_service
def test_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert service.get("privileged") is None
    assert set(service.get("cap_add", [])) <= {"NET_BIND_SERVICE"}


@every_service
def test_service_has_limits_and_rotated_logs(name: str) -> None:
    service = SERVICES[name]
    assert megabytes(service["mem_limit"]) > 0
    assert service["pids_limit"] > 0
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}


def test_memory_limits_fit_a_server_of_four_gigabytes() -> None:
    running = SERVICES.keys() - {"migrate"}
    assert sum(megabytes(SERVICES[name]["mem_limit"]) for name in running) <= 3072


@every_service
def test_service_is_started_again_unless_it_is_one_shot(name: str) -> None:
    assert SERVICES[name]["restart"] == ("no" if name == "migrate" else "unless-stopped")


def test_only_caddy_publishes_ports() -> None:
    assert {name for name, service in SERVICES.items() if service.get("ports")} == {"caddy"}
    assert SERVICES["caddy"]["ports"] == ["80:80", "443:443", "443:443/udp"]


def test_database_and_cache_have_no_way_out() -> None:
    assert COMPOSE["networks"]["database"]["internal"] is True
    assert SERVICES["postgres"]["networks"] == ["database"]
    assert SERVICES["valkey"]["networks"] == ["database"]
    assert SERVICES["caddy"]["networks"] == ["outside"]


def test_media_is_read_only_for_caddy() -> None:
    assert "media:/srv/media:ro" in SERVICES["caddy"]["volumes"]
    assert SERVICES["web"]["volumes"] == ["media:/data/media"]


def test_migrate_step_makes_the_site_ready_to_use() -> None:
    assert SERVICES["migrate"]["command"] == ["setup_site", "--migrate"]


@pytest.mark.parametrize("name", ["migrate", "web", "worker"])
def test_processes_of_the_project_share_one_image_and_configuration(name: str) -> None:
    service = SERVICES[name]
    assert service["image"] == SERVICES["web"]["image"]
    assert service["environment"] == SERVICES["web"]["environment"]
    assert service["environment"]["TRUSTED_PROXY_COUNT"] == "1"
    assert service["environment"]["DEBUG"] == "false"


def test_nothing_starts_before_the_tables_are_there() -> None:
    done = {"condition": "service_completed_successfully"}
    assert SERVICES["web"]["depends_on"]["migrate"] == done
    assert SERVICES["worker"]["depends_on"]["migrate"] == done
    assert SERVICES["migrate"]["depends_on"]["postgres"] == {"condition": "service_healthy"}


def test_required_variable_is_asked_for_and_no_secret_has_a_default() -> None:
    text = COMPOSE_FILE.read_text()
    for name in DOTENV:
        assert re.search(rf"\$\{{{name}:\?\w", text), name
    defaults = re.findall(r"\$\{(\w+):?-", text)
    assert defaults == ["CMS_VERSION"]


def test_database_sorts_and_folds_letters_as_in_development() -> None:
    arguments = SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    assert "--locale-provider=builtin" in arguments
    assert "--builtin-locale=C.UTF-8" in arguments


def test_least_dotenv_starts_the_production_settings() -> None:
    declared = SERVICES["web"]["environment"]
    variables = {
        name: re.sub(r"\$\{(\w+)(:\?[^}]*)?\}", lambda match: DOTENV[match[1]], value)
        for name, value in declared.items()
    }
    printed = (
        "from django.conf import settings as s;"
        "print(s.PUBLIC_URL, s.ALLOWED_HOSTS, s.DEBUG, s.TRUSTED_PROXY_COUNT, s.MEDIA_ROOT)"
    )
    started = subprocess.run(
        [sys.executable, "-c", printed],
        cwd=COMPOSE_FILE.parent,
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert started.returncode == 0, started.stderr
    expected = "https://cms.example.org ['cms.example.org'] False 1 /data/media"
    assert started.stdout.strip() == expected


def test_operations_page_shows_every_variable_that_is_required() -> None:
    page = (COMPOSE_FILE.parent / "docs" / "operations.md").read_text()
    for name in DOTENV:
        assert re.search(rf"^{name}=\S", page, flags=re.MULTILINE), name
