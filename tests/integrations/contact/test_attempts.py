"""How often one client may try, whatever comes of it."""

import pytest
from django.test import Client

from tests.integrations.contact.conftest import post
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db


def test_client_has_sixty_attempts_in_an_hour() -> None:
    client = Client(REMOTE_ADDR="198.51.100.7")
    refused = 0
    while (answer := post({}, client=client)).status_code == 400:
        refused += 1
        # The hours are those of a clock: one may end in between, and the count begins anew.
        assert refused <= 120
    assert refused >= 60
    assert_problem(answer, 429)
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert post({}, client=Client(REMOTE_ADDR="198.51.100.8")).status_code == 400
