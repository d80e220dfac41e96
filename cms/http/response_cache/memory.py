"""The answers that one process keeps, within a limit of bytes."""

import threading
from collections import OrderedDict

from cms.http.response_cache.answer import CachedAnswer

_PROTECTED_SHARE = 0.8
_LARGEST_SHARE = 0.05
# Headers, keys and the objects around them, measured.
_OVERHEAD_BYTES = 4096


class MemoryCache:
    """Segmented LRU: what was asked for once gives way before what was asked for again.

    Whoever asks for a thousand addresses that nobody else wants displaces only others of his kind.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._protected_limit = int(limit_bytes * _PROTECTED_SHARE)
        self._lock = threading.Lock()
        self._once: OrderedDict[str, CachedAnswer] = OrderedDict()
        self._again: OrderedDict[str, CachedAnswer] = OrderedDict()
        self._bytes = 0
        self._protected_bytes = 0

    def __len__(self) -> int:
        return len(self._once) + len(self._again)

    @property
    def size(self) -> int:
        """Bytes in use, as far as they are counted."""
        return self._bytes

    def get(self, key: str) -> CachedAnswer | None:
        with self._lock:
            answer = self._again.get(key)
            if answer is not None:
                self._again.move_to_end(key)
                return answer
            answer = self._once.pop(key, None)
            if answer is not None:
                self._again[key] = answer
                self._protected_bytes += _cost(key, answer)
                self._demote()
            return answer

    def put(self, key: str, answer: CachedAnswer) -> None:
        cost = _cost(key, answer)
        if cost > self._limit * _LARGEST_SHARE:
            return
        with self._lock:
            previous = self._again.get(key)
            if previous is not None:
                difference = cost - _cost(key, previous)
                self._again[key] = answer
                self._protected_bytes += difference
                self._bytes += difference
                self._demote()
            else:
                replaced = self._once.pop(key, None)
                self._bytes += cost - (0 if replaced is None else _cost(key, replaced))
                self._once[key] = answer
            self._evict()

    def clear(self) -> None:
        with self._lock:
            self._once.clear()
            self._again.clear()
            self._bytes = self._protected_bytes = 0

    def _demote(self) -> None:
        while self._protected_bytes > self._protected_limit:
            key, answer = self._again.popitem(last=False)
            self._protected_bytes -= _cost(key, answer)
            self._once[key] = answer

    def _evict(self) -> None:
        while self._bytes > self._limit:
            key, answer = self._once.popitem(last=False)
            self._bytes -= _cost(key, answer)


def _cost(key: str, answer: CachedAnswer) -> int:
    return answer.size + len(key) + _OVERHEAD_BYTES
