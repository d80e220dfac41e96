"""Whatever is sent for an access token that is none of ours: 401, and never anything else.

The cases are those of Wycheproof's JSON Web Signature tests and of RFC 8725, made for our key.
"""

import base64
import hmac
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from cms.admin_api import sign_ins
from cms.admin_api.models import SignIn
from cms.admin_api.tokens import new_refresh_token
from tests.admin_clients import make_administrator
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db

ME = "/api/auth/me"
Claims = dict[str, Any]
HEADER = {"alg": "HS256", "typ": "JWT"}


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def signature(signed: str, key: str | bytes | None = None, digest: str = "sha256") -> str:
    key = settings.JWT_SIGNING_KEY if key is None else key
    raw = key.encode() if isinstance(key, str) else key
    return encoded(hmac.new(raw, signed.encode("utf-8", "surrogatepass"), digest).digest())


def token(
    claims: Claims | bytes,
    header: dict[str, Any] | bytes = HEADER,
    key: str | bytes | None = None,
    digest: str = "sha256",
) -> str:
    parts = [
        encoded(part if isinstance(part, bytes) else json.dumps(part).encode())
        for part in (header, claims)
    ]
    signed = ".".join(parts)
    return f"{signed}.{signature(signed, key, digest)}"


def without(name: str) -> Callable[[Claims], str]:
    return lambda claims: token({key: value for key, value in claims.items() if key != name})


def with_claim(**changes: Any) -> Callable[[Claims], str]:
    return lambda claims: token({**claims, **changes})


def with_moment(name: str, seconds: int) -> Callable[[Claims], str]:
    """So far from when it is sent: the cases are written down long before the last test runs."""
    return lambda claims: token({**claims, name: int(time.time()) + seconds})


def with_header(**changes: Any) -> Callable[[Claims], str]:
    return lambda claims: token(claims, {**HEADER, **changes})


def with_raw_header(header: bytes) -> Callable[[Claims], str]:
    return lambda claims: token(claims, header)


def changed(change: Callable[[str, str, str], str]) -> Callable[[Claims], str]:
    return lambda claims: change(*token(claims).split("."))


CASES: dict[str, Callable[[Claims], str]] = {
    "alg none": lambda claims: token(claims, {"alg": "none"}).rpartition(".")[0] + ".",
    "alg none, signed": with_header(alg="none"),
    "alg None": with_header(alg="None"),
    "alg nOnE, no signature": lambda claims: (
        token(claims, {"alg": "nOnE"}).rpartition(".")[0] + "."
    ),
    "alg RS256 with our key": with_header(alg="RS256"),
    "alg ES256 with our key": with_header(alg="ES256"),
    "alg HS512": lambda claims: token(claims, {**HEADER, "alg": "HS512"}, digest="sha512"),
    "alg HS256 in lower case": with_header(alg="hs256"),
    "alg a number": with_header(alg=256),
    "alg a list": with_header(alg=["HS256"]),
    "alg null": with_header(alg=None),
    "alg a path": with_header(alg="../../dev/null"),
    "no alg": lambda claims: token(claims, {"typ": "JWT"}),
    "crit that nobody knows": with_header(crit=["exp2"], exp2=1),
    "crit empty": with_header(crit=[]),
    "b64 false": with_header(b64=False, crit=["b64"]),
    "zip": lambda claims: token(b"x\x9cgarbage", {**HEADER, "zip": "DEF"}),
    "kid a path, empty key": lambda claims: token(
        claims, {**HEADER, "kid": "../../../../../../dev/null"}, key=b"\x00"
    ),
    "kid as SQL, another key": lambda claims: token(
        claims, {**HEADER, "kid": "x' UNION SELECT 'a';--"}, key="a"
    ),
    "jwk in the header": lambda claims: token(
        claims, {**HEADER, "jwk": {"kty": "oct", "k": encoded(b"k" * 32)}}, key=b"k" * 32
    ),
    "jku in the header": lambda claims: token(
        claims, {**HEADER, "jku": "https://evil.example/keys"}, key=b"k" * 32
    ),
    "header an array": with_raw_header(b"[]"),
    "header a string": with_raw_header(b'"HS256"'),
    "header null": with_raw_header(b"null"),
    "header no JSON": with_raw_header(b"{"),
    "header no UTF-8": with_raw_header(b'{"alg":"HS256","x":"\xff"}'),
    "header with alg twice": with_raw_header(b'{"alg":"HS256","alg":"none"}'),
    "header of brackets": with_raw_header(b"[" * 1400),
    "header of nested objects": with_raw_header(b'{"a":' * 280 + b"1" + b"}" * 280),
    "header huge": with_header(x="a" * 6000),
    "claims an array": lambda claims: token(b"[]"),
    "claims a number": lambda claims: token(b"1"),
    "claims no JSON": lambda claims: token(b"{"),
    "claims of brackets": lambda claims: token(b"[" * 1400),
    "other key": lambda claims: token(claims, key="x" * 40),
    "empty key": lambda claims: token(claims, key=b""),
    "the key of sessions": lambda claims: token(claims, key=settings.SECRET_KEY),
    "tampered claims": changed(
        lambda h, p, s: f"{h}.{encoded(base64.urlsafe_b64decode(p + '==') + b' ')}.{s}"
    ),
    "tampered header": changed(lambda h, p, s: f"{encoded(json.dumps(HEADER).encode())} .{p}.{s}"),
    "signature cut": changed(lambda h, p, s: f"{h}.{p}.{s[:-2]}"),
    "signature longer": changed(lambda h, p, s: f"{h}.{p}.{s}AAAA"),
    "signature of zeros": changed(lambda h, p, s: f"{h}.{p}.{encoded(bytes(32))}"),
    "no signature": changed(lambda h, p, s: f"{h}.{p}."),
    "two parts": changed(lambda h, p, s: f"{h}.{p}"),
    "four parts": changed(lambda h, p, s: f"{h}.{p}.{s}.{s}"),
    "five parts": changed(lambda h, p, s: f"{h}.{p}.{s}.{s}.{s}"),
    "parts in another order": changed(lambda h, p, s: f"{p}.{h}.{s}"),
    "base64 with +": changed(lambda h, p, s: f"{h}.{p}.+{s[1:]}"),
    "blank inside": changed(lambda h, p, s: f"{h}.{p} .{s}"),
    "unicode": changed(lambda h, p, s: f"{h}.{p}.{s}é"),
    "wide letters": changed(lambda h, p, s: f"\u00ff{h}.{p}.{s}"),
    "comma and another": changed(lambda h, p, s: f"{h}.{p}.{s},Bearer {h}.{p}.{s}"),
    "twice": changed(lambda h, p, s: f"{h}.{p}.{s} {h}.{p}.{s}"),
    "JWS as JSON": lambda claims: json.dumps({"payload": "", "signature": ""}),
    "empty": lambda claims: "",
    "dots": lambda claims: "..",
    "many dots": lambda claims: "." * 1500,
    "no exp": without("exp"),
    "no iss": without("iss"),
    "no aud": without("aud"),
    "no sub": without("sub"),
    "no sid": without("sid"),
    "no jti": without("jti"),
    "no type": without("token_type"),
    "type refresh": with_claim(token_type="refresh"),
    "type a list": with_claim(token_type=["access"]),
    "expired": with_moment("exp", -1),
    "exp a text": with_claim(exp="never"),
    "exp 1e400": lambda claims: token(
        json.dumps({**claims, "exp": 1}).replace('"exp": 1', '"exp": 1e400').encode()
    ),
    "exp beyond years": with_claim(exp=10**18),
    "exp negative": with_claim(exp=-(10**18)),
    "exp null": with_claim(exp=None),
    "exp NaN": with_claim(exp=float("nan")),
    "nbf ahead": with_moment("nbf", 600),
    "nbf a text": with_claim(nbf="now"),
    "iat ahead": with_moment("iat", 600),
    "other issuer": with_claim(iss="https://evil.example"),
    "issuer a list": with_claim(iss=[settings.PUBLIC_URL]),
    "other audience": with_claim(aud="https://evil.example"),
    "issuer as audience": with_claim(aud=settings.PUBLIC_URL),
    "audience a number": with_claim(aud=1),
    "sub a number": with_claim(sub=1),
    "sub of somebody else": with_claim(sub="0"),
    "sub with NUL": with_claim(sub="1\x00"),
    "sid unknown": with_claim(sid=str(uuid.UUID(int=0))),
    "sid no UUID": with_claim(sid="1"),
    "sid a list": with_claim(sid=[1]),
    "sid null": with_claim(sid=None),
    "refresh token": lambda claims: new_refresh_token(),
}


@pytest.fixture
def claims() -> Claims:
    """Those of a token that is good, as made outside of our code."""
    user = make_administrator()
    sign_ins.begin(user=user)
    return {
        "token_type": "access",
        "exp": int(time.time()) + 300,
        "iat": int(time.time()),
        "jti": uuid.uuid4().hex,
        "sub": str(user.pk),
        "sid": str(SignIn.objects.get(user=user).pk),
        "iss": settings.PUBLIC_URL,
        "aud": settings.SIMPLE_JWT["AUDIENCE"],
    }


def test_the_token_that_all_cases_change_is_good(claims: Claims) -> None:
    answer = Client(headers={"Authorization": f"Bearer {token(claims)}"}).get(ME)
    assert answer.status_code == 200


def test_every_other_is_a_401(claims: Claims, caplog: pytest.LogCaptureFixture) -> None:
    client = Client(raise_request_exception=False)
    answered = {}
    for name, made in CASES.items():
        sent = made(claims)
        answer = client.get(ME, headers={"Authorization": f"Bearer {sent}"})
        answered[name] = answer.status_code
        if answer.status_code == 401:
            assert_problem(answer, 401)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
        assert len(sent) < 20 or sent not in caplog.text, name
    assert {name: status for name, status in answered.items() if status != 401} == {}
    assert len(answered) > 80
