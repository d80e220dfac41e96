import os
from pathlib import Path

import pytest

from tests.frontend.node import PROJECT


@pytest.fixture(scope="session")
def frontend_packages() -> Path:
    """The npm packages that check the frontend, as `make test` installs them."""
    packages = PROJECT / "frontend" / "node_modules"
    if not (packages / ".installed").is_file():
        message = "The npm packages of frontend are not installed: make frontend-packages"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return packages
