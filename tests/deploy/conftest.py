from collections.abc import Iterator

import pytest

from tests.deploy.caddy_server import Front, echo_upstream, running_caddy
from tests.ports import free_port


@pytest.fixture(scope="session")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Caddy in front of an upstream that echoes."""
    with (
        echo_upstream() as port,
        running_caddy(tmp_path_factory.mktemp("caddy"), upstream_port=port) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def front_without_upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Caddy while the application is down."""
    directory = tmp_path_factory.mktemp("caddy-alone")
    with running_caddy(directory, upstream_port=free_port()) as running:
        yield running
