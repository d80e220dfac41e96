"""The end of one conversation over the network, whatever the other side does."""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class Deadline:
    """The end of one request. Cuts the connection then: a socket's own timeout begins anew with
    every byte.
    """

    seconds: float
    _sockets: list[socket.socket] = field(default_factory=list)
    _has_passed: bool = False

    def __post_init__(self) -> None:
        self._ends_at = time.monotonic() + self.seconds
        self._timer = threading.Timer(self.seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._timer.cancel()
        for each in self._sockets:
            each.close()

    @property
    def remaining(self) -> float:
        """Seconds until then, never 0, which sockets take for "never"."""
        return max(self._ends_at - time.monotonic(), 0.001)

    @property
    def has_passed(self) -> bool:
        return self._has_passed or time.monotonic() >= self._ends_at

    def watch(self, connected: socket.socket) -> None:
        """Cut ``connected`` when the time is over. On a copy: TLS takes the original away."""
        self._sockets.append(connected.dup())

    def _cut(self) -> None:
        self._has_passed = True
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
