"""`make bench-sign-in`: whether the time of a refused sign-in tells why it was refused.

Every kind once in each round, in another order each time, so that whatever else the machine does
slows all of them alike. Each request is another client's, or the limits would answer. Needs a
database of its own, and leaves its accounts there.
"""

import argparse
import json
import os
import random
import statistics
import sys
import time
from http import HTTPStatus
from http.client import HTTPConnection

import django

from benchmarks.server import Server, serving

SITE = "cms.wsgi:application"
_PASSWORD, _WRONG = "correct horse battery staple", "incorrect horse battery staple"
# What is typed, by why it is refused.
_KINDS = {
    "unknown name": ("nobody", _PASSWORD),
    "unknown address": ("nobody@example.org", _PASSWORD),
    "wrong password": ("ana", _WRONG),
    "wrong password, by address": ("ana@example.org", _WRONG),
    "deactivated, right password": ("gone", _PASSWORD),
    "deactivated, wrong password": ("gone", _WRONG),
    "without a role, right password": ("visitor", _PASSWORD),
    "without a role, wrong password": ("visitor", _WRONG),
}
_COMPARED_WITH = "wrong password"
_WARM_UP_ROUNDS = 2


def _make_accounts() -> None:
    from django.contrib.auth.models import Group  # noqa: PLC0415 - after the settings
    from django.db import connection  # noqa: PLC0415 - as above

    from cms.models import User  # noqa: PLC0415 - as above

    for name in ("ana", "gone", "visitor"):
        user, _is_new = User.objects.get_or_create(username=name, email=f"{name}@example.org")
        user.set_password(_PASSWORD)
        user.is_active = name != "gone"
        user.save()
        if name != "visitor":
            user.groups.add(Group.objects.get(name="Editors"))
    connection.close()


def _milliseconds(server: Server, kind: str, number: int) -> float:
    name, password = _KINDS[kind]
    body = json.dumps({"username": name, "password": password})
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    headers = {"Content-Type": "application/json", "X-Forwarded-For": address}
    client = HTTPConnection("127.0.0.1", server.port)
    client.connect()
    started = time.perf_counter()
    client.request("POST", "/api/auth/login", body, headers)
    answer = client.getresponse()
    answer.read()
    taken = (time.perf_counter() - started) * 1000
    client.close()
    if answer.status != HTTPStatus.UNAUTHORIZED:
        message = f"{kind} was answered with {answer.status}"
        raise SystemExit(message)
    return taken


def _measure(server: Server, rounds: int) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {kind: [] for kind in _KINDS}
    number = 0
    for each in range(rounds + _WARM_UP_ROUNDS):
        for kind in random.sample(list(_KINDS), len(_KINDS)):
            number += 1
            milliseconds = _milliseconds(server, kind, number)
            if each >= _WARM_UP_ROUNDS:
                taken[kind].append(milliseconds)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50, help="requests of each kind")
    options = parser.parse_args()
    _make_accounts()
    with serving(SITE, TRUSTED_PROXY_COUNT="1", REDIS_URL="") as server:
        taken = _measure(server, options.rounds)
    usual = statistics.median(taken[_COMPARED_WITH])
    sys.stdout.write(f"POST /api/auth/login, {options.rounds} of each, ms\n\n")
    sys.stdout.write(f"{'':<34} {'median':>8} {'p10':>8} {'p90':>8} {'ratio':>7}\n")
    for kind, values in taken.items():
        median, tenths = statistics.median(values), statistics.quantiles(values, n=10)
        sys.stdout.write(
            f"{kind:<34} {median:>8.1f} {tenths[0]:>8.1f} {tenths[-1]:>8.1f} "
            f"{median / usual:>7.3f}\n"
        )
    sys.stdout.write(f"\nload {os.getloadavg()[0]:.1f}\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.development")
    django.setup()
    main()
