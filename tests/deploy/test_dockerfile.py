import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def instructions() -> list[tuple[str, str]]:
    """(instruction, arguments) of the Dockerfile, with continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [
        (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines if line.strip()
    ]


def final_stage() -> list[tuple[str, str]]:
    found = instructions()
    start = max(number for number, (name, _) in enumerate(found) if name == "FROM")
    return found[start:]


def test_final_stage_runs_as_a_numeric_user_that_is_not_root() -> None:
    users = [value for name, value in final_stage() if name == "USER"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])


def test_final_stage_has_a_health_check_that_asks_healthz() -> None:
    checks = [value for name, value in final_stage() if name == "HEALTHCHECK"]
    assert len(checks) == 1
    script = re.search(r'"/app/([^"]+)"', checks[0])
    assert script
    assert '"/healthz"' in (ROOT / script[1]).read_text()


def test_final_stage_installs_nothing() -> None:
    commands = " ".join(value for name, value in final_stage() if name == "RUN")
    assert not re.search(r"\b(apt-get|pip|gcc|curl|wget)\b", commands)


def test_packages_are_installed_as_wheels_with_checked_hashes() -> None:
    installs = [value for name, value in instructions() if name == "RUN" and "pip install" in value]
    assert len(installs) == 1
    assert "--require-hashes" in installs[0]
    assert "--only-binary=:all:" in installs[0]
    assert "requirements.txt" in installs[0]


def test_image_leaves_out_the_embedded_database() -> None:
    assert "pgserver" not in (ROOT / "requirements.txt").read_text()


@pytest.mark.parametrize("instruction", ["ENV", "ARG", "LABEL"])
def test_no_secret_is_kept_in_the_image(instruction: str) -> None:
    kept = " ".join(value for name, value in instructions() if name == instruction)
    assert not re.search(r"SECRET|PASSWORD|TOKEN|DATABASE_URL|_KEY", kept)


def test_nothing_enters_the_build_that_is_not_named() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    assert patterns[0] == "*"
    named = {pattern[1:] for pattern in patterns if pattern.startswith("!")}
    assert named <= {
        "cms", "content", "home", "integrations", "manage.py", "requirements.txt",
        "deploy/healthcheck.py",
    }  # fmt: skip


def test_settings_given_while_building_are_all_that_are_needed() -> None:
    """Runs the build's command line here, with another last word than collectstatic."""
    command = next(value for name, value in instructions() if "collectstatic" in value)
    command = command.partition(" python manage.py collectstatic")[0] + " python manage.py check"
    started = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=ROOT,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert started.returncode == 0, started.stderr
