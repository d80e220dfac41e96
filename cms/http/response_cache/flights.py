"""One computation at a time for each key: the others wait for its answer."""

import threading

from cms.http.response_cache.answer import CachedAnswer

LONGEST_WAIT_SECONDS = 5.0

Key = tuple[str, str]


class Flight:
    """A computation under way. Whoever leads it has to `Flights.land` it, whatever happens."""

    def __init__(self) -> None:
        self._landed = threading.Event()
        self._answer: CachedAnswer | None = None

    def wait(self) -> CachedAnswer | None:
        """The leader's answer; None when there is none to share, or not soon enough."""
        self._landed.wait(LONGEST_WAIT_SECONDS)
        return self._answer

    def land(self, answer: CachedAnswer | None) -> None:
        self._answer = answer
        self._landed.set()


class Flights:
    """The computations of this process that are under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[Key, Flight] = {}

    def join(self, key: Key) -> tuple[Flight, bool]:
        """The flight for ``key``, and whether the caller leads it."""
        with self._lock:
            flight = self._flights.get(key)
            if flight is not None:
                return flight, False
            flight = self._flights[key] = Flight()
            return flight, True

    def land(self, key: Key, flight: Flight, answer: CachedAnswer | None) -> None:
        """End ``flight`` and wake who waits; None when others have to make their own."""
        with self._lock:
            self._flights.pop(key, None)
        flight.land(answer)
