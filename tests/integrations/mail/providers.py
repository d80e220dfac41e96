"""SendGrid and Mailgun on this machine: they check every request and can be as broken as one likes.

A request that the vendor would refuse is answered as the vendor does, and noted as `refused`.
"""

import base64
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

from tests.integrations.webhooks.receiver import Behaviour, Received, Receiver, answer

Check = Callable[[Received], str | None]


@dataclass
class Provider:
    """One vendor's API. ``url`` as in the setting; ``accepted``: requests that were fine."""

    path: str
    key: str
    check: Check
    accept: Callable[[Received, int], Behaviour]
    authorization: str
    accepted: list[Received] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server = Receiver()
        self._faults: list[Behaviour] = []
        self._lock = threading.Lock()
        self.before_answer: Behaviour = lambda _connection: None
        self._server.behaviours = [self._answer_it]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}{self.path}"

    @property
    def connections(self) -> int:
        return self._server.connections

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.__exit__(kind, error, traceback)

    def fail(self, *faults: Behaviour) -> None:
        """Answer the next requests by ``faults``, one each, and those after them properly."""
        self._faults = list(faults)

    def _next_fault(self) -> Behaviour | None:
        with self._lock:
            return self._faults.pop(0) if self._faults else None

    def _answer_it(self, connection: Any) -> None:
        request = self._server.request
        problem = self.check(request)
        if request.headers.get("authorization") != self.authorization:
            problem = "unauthorized"
        if problem:
            self.refused.append(problem)
            status = 401 if problem == "unauthorized" else 400
            answer(status, json.dumps({"message": problem}).encode())(connection)
        elif fault := self._next_fault():
            fault(connection)
        else:
            self.accepted.append(request)
            self.before_answer(connection)
            self.accept(request, len(self.accepted))(connection)


def sendgrid(check: Check = lambda _request: None) -> Provider:
    def check_all(request: Received) -> str | None:
        if request.path != "/v3/mail/send":
            return f"no such path: {request.path}"
        if request.headers.get("content-type") != "application/json":
            return "not JSON"
        return check(request)

    def accept(_request: Received, number: int) -> Behaviour:
        return answer(202, b"", X_Message_Id=f"sg-{number}")

    key = "SG.not-a-real-key"
    return Provider("/v3/", key, check_all, accept, f"Bearer {key}")


def mailgun(check: Check = lambda _request: None) -> Provider:
    def check_all(request: Received) -> str | None:
        if request.path != "/v3/example.org/messages":
            return f"no such path: {request.path}"
        return check(request)

    def accept(_request: Received, number: int) -> Behaviour:
        body = {"id": f"<{number}@example.org>", "message": "Queued. Thank you."}
        return answer(200, json.dumps(body).encode(), Content_Type="application/json")

    key = "key-not-a-real-one"
    basic = base64.b64encode(f"api:{key}".encode()).decode()
    return Provider("/v3", key, check_all, accept, f"Basic {basic}")


def json_of(request: Received) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(request.body)
    return document


def form_of(request: Received) -> dict[str, list[str]]:
    """The fields of a form, urlencoded or multipart."""
    header = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    if request.headers["content-type"].startswith("multipart/"):
        parts: list[Message] = list(
            BytesParser(policy=HTTP).parsebytes(header + request.body).iter_parts()  # type: ignore[attr-defined]
        )
        fields: dict[str, list[str]] = {}
        for part in parts:
            name = str(part.get_param("name", header="content-disposition"))
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            fields.setdefault(name, []).append(payload.decode())
        return fields
    return parse_qs(request.body.decode(), keep_blank_values=True)
