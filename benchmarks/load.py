"""Requests over connections that are kept alive, one after the other on each."""

import re
import socket
import threading
import time
from dataclasses import dataclass

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Load:
    """What came back: requests, bytes of one body, seconds, and the statuses seen."""

    requests: int
    body_bytes: int
    seconds: float
    statuses: frozenset[int]


def request_bytes(target: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {target} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def run(port: int, request: bytes, *, seconds: float, connections: int) -> Load:
    """Send ``request`` again and again for ``seconds``."""
    counts = [0] * connections
    statuses: set[int] = set()
    sizes: set[int] = set()
    ends_at = time.monotonic() + seconds

    def work(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            while time.monotonic() < ends_at:
                status, size = _exchange(connection, request)
                counts[number] += 1
                statuses.add(status)
                sizes.add(size)

    started = time.monotonic()
    threads = [threading.Thread(target=work, args=(n,)) for n in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - started
    return Load(sum(counts), max(sizes, default=0), elapsed, frozenset(statuses))


def _exchange(connection: socket.socket, request: bytes) -> tuple[int, int]:
    connection.sendall(request)
    answer = connection.recv(262_144)
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(262_144)
    head, _, body = answer.partition(b"\r\n\r\n")
    found = _LENGTH.search(head)
    length = int(found[1]) if found else 0
    received = len(body)
    while received < length:
        received += len(connection.recv(262_144))
    return int(head[9:12]), length
