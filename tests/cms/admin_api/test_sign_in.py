"""Sign-in by name and password, refreshing and signing out, also many times at once."""

from collections import Counter
from datetime import timedelta
from typing import Any, ClassVar

import jwt
import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from wagtail.models import ModelLogEntry

from cms.admin_api.models import RefreshToken, SignIn
from cms.models import AcceptedRequest, User
from tests.admin_clients import PASSWORD, make_administrator, make_user
from tests.at_once import at_once
from tests.contract.openapi import ApiClient
from tests.problems import assert_problem

pytestmark = pytest.mark.usefixtures("committed_database")

PARALLEL = 12
ADDRESS = "203.0.113.7"


@pytest.fixture(autouse=True)
def _nobody(committed_database: str) -> None:
    AcceptedRequest.objects.all().delete()
    User.objects.all().delete()


def post(path: str, body: Any, *, address: str = ADDRESS) -> Any:
    client = ApiClient(REMOTE_ADDR=address)
    return client.post(f"/api/auth/{path}", body, content_type="application/json")


def log_in(name: str, password: str = PASSWORD, *, address: str = ADDRESS) -> Any:
    return post("login", {"username": name, "password": password}, address=address)


def refresh(token: str) -> Any:
    return post("refresh", {"refresh": token})


def me(token: str) -> int:
    client = ApiClient(headers={"Authorization": f"Bearer {token}"})
    return int(client.get("/api/auth/me").status_code)


def logged(action: str) -> int:
    return ModelLogEntry.objects.filter(action=action).count()


def let_pass(seconds: int) -> None:
    """Have every token that was used been used that much longer ago."""
    used = RefreshToken.objects.filter(used_at__isnull=False)
    used.update(used_at=F("used_at") - timedelta(seconds=seconds))


def test_name_or_address_and_what_the_token_says() -> None:
    user = make_user("Editors", username="Ana", email="ana@example.org")
    for name in ("Ana", "ana@example.org", "ANA@Example.ORG"):
        answer = log_in(name)
        assert answer.status_code == 200, name
        assert answer.headers["Cache-Control"] == "no-store"
        body = answer.json()
        assert body["expires_in"] == 600
        claims = jwt.decode(body["access"], options={"verify_signature": False})
        assert claims["exp"] - claims["iat"] == 600
        assert claims["iss"] == settings.PUBLIC_URL
        assert claims["sub"] == str(user.pk)
        assert SignIn.objects.filter(pk=claims["sid"], user=user).exists()
        assert me(body["access"]) == 200
        assert body["refresh"] not in str(list(RefreshToken.objects.values()))
    assert log_in("ana").status_code == 401  # names have a case, as in the admin
    user.refresh_from_db()
    assert user.last_login is not None


def test_every_failure_is_answered_alike_and_logged() -> None:
    make_user("Editors", username="active")
    make_user("Editors", username="inactive", is_active=False)
    make_user(username="visitor")
    before = logged("sign_in.fail")
    answers = [
        log_in(name, password, address=f"198.51.100.{number}")
        for number, (name, password) in enumerate(
            [
                ("active", "wrong"),
                ("inactive", PASSWORD),
                ("visitor", PASSWORD),
                ("nobody", PASSWORD),
                ("nobody@example.org", PASSWORD),
            ]
        )
    ]
    bodies = [assert_problem(answer, 401) for answer in answers]
    assert len({body["detail"] for body in bodies}) == 1
    assert len({frozenset(answer.headers) for answer in answers}) == 1
    assert logged("sign_in.fail") == before + 5
    assert "nobody" not in str(list(ModelLogEntry.objects.values("label", "data")))


@pytest.mark.parametrize(
    "body",
    [{}, {"username": "a"}, {"username": "\x00", "password": "a"}, {"username": {}}, [], 1, None],
    ids=["nothing", "no password", "NUL", "object", "list", "number", "null"],
)
def test_senseless_bodies_are_400(body: Any) -> None:
    assert_problem(post("login", body), 400)


def test_exactly_five_failures_for_an_account_and_client() -> None:
    user = make_administrator(username="ana", email="ana@example.org")
    before = logged("sign_in.limit")
    answers = at_once(lambda number: log_in("ana", "wrong"), PARALLEL)
    assert Counter(answer.status_code for answer in answers) == {401: 5, 429: PARALLEL - 5}
    # By its address nobody gets five more, nor hears that it is the same account.
    assert [log_in(user.email).status_code for _ in range(6)] == [401] * 5 + [429]
    limited = next(answer for answer in answers if answer.status_code == 429)
    assert 1 <= int(limited.headers["Retry-After"]) <= 300
    assert_problem(limited, 429)
    # One entry for the name, and one for the address.
    assert logged("sign_in.limit") == before + 2
    # Also with the right password, from this client alone, and in every form.
    assert log_in("ana").status_code == 429
    assert log_in("ana", address="203.0.113.8").status_code == 200
    form = {"username": "ana", "password": PASSWORD}
    answer = Client(REMOTE_ADDR=ADDRESS).post("/admin/login/", form)
    assert b"Too many attempts. Try again in" in answer.content
    for path in ("/admin/login/", "/django-admin/login/"):
        assert "_auth_user_id" not in Client(REMOTE_ADDR=ADDRESS).session
        assert Client(REMOTE_ADDR=ADDRESS).post(path, form).status_code == 200
    assert Client(REMOTE_ADDR="203.0.113.8").post("/admin/login/", form).status_code == 302
    AcceptedRequest.objects.update(accepted_at=F("accepted_at") - timedelta(minutes=5))
    assert log_in("ana").status_code == 200


def test_exactly_twenty_failures_for_a_client() -> None:
    make_administrator(username="ana")
    answers = at_once(lambda number: log_in(f"nobody-{number}"), 24)
    assert Counter(answer.status_code for answer in answers) == {401: 20, 429: 4}
    assert log_in("ana").status_code == 429


def test_limit_tells_nobody_which_names_have_an_account() -> None:
    make_user("Editors", username="ana", email="ana@example.org")

    def answers(name: str, address: str) -> list[int]:
        typed = [name] * 6 + [name.upper(), f" {name}", f"{name}@example.org"]
        return [log_in(each, "wrong", address=address).status_code for each in typed]

    known = answers("ana", "198.51.100.1")
    assert known == answers("bob", "198.51.100.2") == [401] * 5 + [429] * 3 + [401]


def test_client_over_its_limit_does_not_fill_the_log() -> None:
    before, counted = logged("sign_in.limit"), AcceptedRequest.objects.count()
    answers = [log_in(f"nobody-{number}").status_code for number in range(30)]
    assert answers == [401] * 20 + [429] * 10
    assert logged("sign_in.limit") == before + 1
    # A name and a client for each that was tried, and the one entry.
    assert AcceptedRequest.objects.count() == counted + 41


def test_blank_name_finds_no_account_without_an_address() -> None:
    make_administrator(username="ana", email="")
    assert log_in(" ").status_code in {400, 401}


def test_a_right_password_uses_nothing_up() -> None:
    make_administrator(username="ana")
    for _ in range(3):
        for _ in range(4):
            assert log_in("ana", "wrong").status_code == 401
        assert log_in("ana").status_code == 200
    # The client's own failures go on counting, or whoever has an account could try all others.
    assert AcceptedRequest.objects.filter(scope="sign_in.client").count() == 12


def test_a_form_of_the_admin_is_limited_and_takes_the_address() -> None:
    make_administrator(username="ana", email="ana@example.org")
    client = Client(REMOTE_ADDR=ADDRESS)
    before = logged("sign_in.fail")
    for _ in range(5):
        answer = client.post("/admin/login/", {"username": "ana", "password": "wrong"})
        assert b"do not match" in answer.content
    assert logged("sign_in.fail") == before + 5
    assert log_in("ana").status_code == 429
    other = Client(REMOTE_ADDR="203.0.113.8")
    begun, ended = logged("sign_in.begin"), logged("sign_in.end")
    form = {"username": "Ana@example.org", "password": PASSWORD}
    assert other.post("/admin/login/", form).status_code == 302
    assert other.post("/admin/logout/").status_code == 302
    assert (logged("sign_in.begin"), logged("sign_in.end")) == (begun + 1, ended + 1)


def test_of_many_refreshes_at_once_one_wins_and_stays_signed_in() -> None:
    make_administrator(username="ana")
    before = logged("sign_in.reuse")
    first = log_in("ana").json()
    answers = at_once(lambda _number: refresh(first["refresh"]), PARALLEL)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: PARALLEL - 1}
    won = next(answer.json() for answer in answers if answer.status_code == 200)
    assert won["refresh"] != first["refresh"]
    assert me(won["access"]) == me(first["access"]) == 200
    assert refresh(won["refresh"]).status_code == 200
    assert logged("sign_in.reuse") == before


def test_late_reuse_ends_the_family_and_is_audited() -> None:
    make_administrator(username="ana")
    before = logged("sign_in.reuse")
    other = log_in("ana").json()
    first = log_in("ana").json()
    second = refresh(first["refresh"]).json()
    let_pass(8)
    assert_problem(refresh(first["refresh"]), 401)
    assert me(second["access"]) == 200
    let_pass(3)
    assert_problem(refresh(first["refresh"]), 401)
    assert logged("sign_in.reuse") == before + 1
    assert refresh(second["refresh"]).status_code == 401
    assert me(second["access"]) == me(first["access"]) == 401
    assert me(other["access"]) == 200
    entry = ModelLogEntry.objects.filter(action="sign_in.reuse").latest("pk")
    assert entry.data["reason"] == "reused"


def test_logout_ends_everything_and_says_nothing() -> None:
    make_administrator(username="ana")
    first = log_in("ana").json()
    second = refresh(first["refresh"]).json()
    # With the former token, too: whoever has it may end it.
    for token in (first["refresh"], second["refresh"], "unknown", "é" * 40):
        answer = post("logout", {"refresh": token})
        assert (answer.status_code, answer.content) == (204, b"")
    assert me(second["access"]) == 401
    assert refresh(second["refresh"]).status_code == 401


def test_refreshing_ends_with_the_account_and_with_time() -> None:
    def deactivate(user: User) -> None:
        user.is_active = False
        user.save()
        user.is_active = True  # and nothing comes back with it
        user.save()

    def lose_role_for_a_while(user: User) -> None:
        user.is_superuser = False
        user.save()
        user.is_superuser = True
        user.save()

    def change_password(user: User) -> None:
        user.set_password("another long password")
        user.save()

    def grow_old(user: User) -> None:
        SignIn.objects.filter(user=user).update(expires_at=F("started_at"))

    for number, change in enumerate((deactivate, lose_role_for_a_while, change_password, grow_old)):
        user = make_administrator(username=f"ana-{number}")
        pair = log_in(user.username).json()
        change(user)
        assert refresh(pair["refresh"]).status_code == 401, number
        assert me(pair["access"]) == 401, number


def test_a_lost_role_that_was_seen_is_lost_for_good() -> None:
    user = make_user("Editors", username="ana")
    pair = log_in("ana").json()
    groups = list(user.groups.all())
    user.groups.clear()
    assert me(pair["access"]) == 401
    user.groups.set(groups)
    assert me(pair["access"]) == 401
    assert SignIn.objects.get(user=user).end_reason == SignIn.EndReason.NO_ACCESS


def test_refreshing_prolongs_for_a_week_and_a_month_at_most() -> None:
    make_administrator(username="ana")
    pair = log_in("ana").json()
    SignIn.objects.update(
        started_at=F("started_at") - timedelta(days=5), expires_at=F("started_at")
    )
    SignIn.objects.update(expires_at=F("started_at") + timedelta(days=7))
    pair = refresh(pair["refresh"]).json()
    sign_in = SignIn.objects.get()
    assert (
        timedelta(days=11) < sign_in.expires_at - sign_in.started_at <= timedelta(days=12, hours=1)
    )
    SignIn.objects.update(started_at=F("started_at") - timedelta(days=22))
    refresh(pair["refresh"])
    sign_in = SignIn.objects.get()
    assert sign_in.expires_at - sign_in.started_at == timedelta(days=30)


def test_what_is_over_is_purged(capsys: pytest.CaptureFixture[str]) -> None:
    make_administrator(username="ana")
    kept = log_in("ana").json()
    ended = log_in("ana").json()
    post("logout", {"refresh": ended["refresh"]})
    call_command("purge_expired")
    assert SignIn.objects.count() == 2
    over = SignIn.objects.filter(ended_at__isnull=False)
    over.update(ended_at=F("ended_at") - timedelta(days=2))
    call_command("purge_expired")
    assert "Forgot 1 ended sign-ins." in capsys.readouterr().out
    assert SignIn.objects.count() == 1
    assert refresh(kept["refresh"]).status_code == 200


class WatchingHasher(MD5PasswordHasher):
    """Notes whether a password is hashed in a transaction, which would hold the limit's locks."""

    algorithm = "watching"
    in_transaction: ClassVar[list[bool]] = []

    def encode(self, password: str, salt: str) -> str:
        self.in_transaction.append(connection.in_atomic_block)
        return super().encode(password, salt)


@pytest.mark.parametrize("path", ["/api/auth/login", "/admin/login/", "/django-admin/login/"])
def test_no_lock_is_held_while_a_password_is_hashed(path: str, settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.{WatchingHasher.__name__}"]
    make_user("Editors", username="ana")
    WatchingHasher.in_transaction.clear()
    before = logged("sign_in.fail")
    client = ApiClient(REMOTE_ADDR=ADDRESS) if path.startswith("/api/") else Client()
    for name in ("ana", "nobody"):
        body = {"username": name, "password": "wrong"}
        json = {"content_type": "application/json"} if path.startswith("/api/") else {}
        assert client.post(path, body, **json).status_code in {200, 401}
    assert WatchingHasher.in_transaction
    assert not any(WatchingHasher.in_transaction)
    assert logged("sign_in.fail") == before + 2
