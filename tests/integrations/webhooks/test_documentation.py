"""The examples of docs/webhooks.md verify what is really sent, and nothing else."""

import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from integrations.webhooks import signing
from integrations.webhooks.event_types import PING, EventType
from tests.contract.openapi import ApiClient

PAGE = (settings.LOCALE_PATHS[0].parent.parent / "docs" / "webhooks.md").read_text()
BODY = '{"type":"ping","data":{"paths":["/café/"]}}'.encode()


FRONTEND_PAGE = (settings.LOCALE_PATHS[0].parent.parent / "docs" / "frontend.md").read_text()


def example(name: str, page: str = PAGE) -> str:
    pattern = rf"<!-- runs in tests: {name} -->\n```\w+\n(.*?)```"
    (code,) = re.findall(pattern, page, flags=re.DOTALL)
    return str(code)


def messages() -> list[tuple[bool, str, dict[str, str], bytes]]:
    """(is genuine, secret, headers, body)"""
    secret, other = signing.new_secret(), signing.new_secret()
    now = datetime.now(UTC)

    def headers(*secrets: str, sent_at: datetime = now) -> dict[str, str]:
        return signing.signed_headers(
            webhook_id="msg_1", sent_at=sent_at, body=BODY, secrets=secrets
        )

    return [
        (True, secret, headers(secret), BODY),
        (True, secret, headers(other, secret), BODY),
        (False, secret, headers(other), BODY),
        (False, secret, headers(secret), BODY + b" "),
        (False, secret, headers(secret, sent_at=now - timedelta(minutes=6)), BODY),
        (False, secret, {**headers(secret), "webhook-signature": "v1,x v2"}, BODY),
    ]


@pytest.mark.parametrize("number", range(6))
def test_python_example_tells_genuine_messages(number: int) -> None:
    is_genuine, secret, headers, body = messages()[number]
    namespace: dict[str, Any] = {}
    exec(example("python"), namespace)  # noqa: S102 - our own page
    if is_genuine:
        namespace["verify"](secret, headers, body)
    else:
        with pytest.raises(ValueError, match=r"too old|wrong signature"):
            namespace["verify"](secret, headers, body)


@pytest.fixture
def node() -> str:
    program = shutil.which("node")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("node is missing")
        pytest.skip("node is missing")
    return program


def run_script(node: str, folder: Path, script: str, argument: object, **env: str) -> Any:
    """What the script prints as JSON; it finds `verify.mjs` beside it."""
    (folder / "verify.mjs").write_text(example("javascript"))
    (folder / "run.mjs").write_text(script)
    output = subprocess.run(
        [node, "run.mjs", json.dumps(argument)],
        cwd=folder,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    return json.loads(output)


def test_javascript_example_tells_genuine_messages(node: str, tmp_path: Path) -> None:
    cases = [
        {"genuine": genuine, "secret": secret, "headers": headers, "body": body.decode()}
        for genuine, secret, headers, body in messages()
    ]
    script = """
        import { verify } from "./verify.mjs";
        const results = JSON.parse(process.argv[2]).map(({ secret, headers, body }) => {
          try { verify(secret, headers, body); return true; } catch { return false; }
        });
        console.log(JSON.stringify(results));
    """
    results = run_script(node, tmp_path, script, cases)
    assert results == [case["genuine"] for case in cases]


def test_frontend_drops_the_pages_that_a_genuine_message_names(node: str, tmp_path: Path) -> None:
    secret = signing.new_secret()

    def request(*, truncated: bool, signed_by: str = secret) -> dict[str, Any]:
        data = {"paths": ["/events/", "/es/eventos/"], "truncated": truncated}
        body = json.dumps({"type": "page.published", "data": data})
        headers = signing.signed_headers(
            webhook_id="msg_1", sent_at=datetime.now(UTC), body=body.encode(), secrets=[signed_by]
        )
        return {"headers": headers, "body": body}

    requests = [
        request(truncated=False),
        request(truncated=True),
        request(truncated=True, signed_by=signing.new_secret()),
    ]
    script = f"""
        import {{ verify }} from "./verify.mjs";
        {example("revalidation", FRONTEND_PAGE)}
        const results = [];
        for (const each of JSON.parse(process.argv[2])) {{
          const pages = new Map(["/", "/events/", "/es/eventos/"].map((path) => [path, "<p>"]));
          const request = new Request("http://localhost/", {{ method: "POST", ...each }});
          const {{ status }} = await revalidate(request, pages);
          results.push([status, ...pages.keys()]);
        }}
        console.log(JSON.stringify(results));
    """
    results = run_script(node, tmp_path, script, requests, WEBHOOK_SECRET=secret)
    assert results == [[204, "/"], [204], [401, "/", "/events/", "/es/eventos/"]]


def test_page_names_every_type_of_message() -> None:
    for name in (*EventType.values, PING):
        assert f"`{name}`" in PAGE


@pytest.mark.django_db
def test_openapi_document_has_the_message() -> None:
    document = ApiClient().get(reverse("schema")).json()
    post = document["webhooks"]["change"]["post"]
    payload = post["requestBody"]["content"]["application/json"]["schema"]
    assert payload["properties"]["type"]["enum"] == [*EventType.values, PING]
