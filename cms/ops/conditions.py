"""What an operator should look at although the site answers: shown by /readyz as "degraded"."""

import logging
from collections.abc import Callable, Mapping
from uuid import uuid4

from django.core.cache import cache

from cms.ops import figures
from cms.ops.figures import Figures

OK = "ok"
SILENT_AFTER_SECONDS = 60
"""A worker beats every five seconds, also while it finishes its jobs."""
LATE_AFTER_SECONDS = 300

Check = Callable[[], str | None]

_checks: dict[str, Check] = {}

logger = logging.getLogger(__name__)


def register_condition(name: str, check: Check) -> None:
    """Have /readyz show what `check` answers, "ok" or what is wrong; from `AppConfig.ready`.

    None is not shown: there is nothing of the kind here.
    """
    _checks[name] = check


def current_conditions() -> dict[str, str]:
    """State of everything by name. Never raises."""
    states: dict[str, str | None] = {"cache": _answer("cache", _cache)}
    try:
        states |= _of_jobs(figures.load())
    except Exception:
        logger.exception("The figures of the worker cannot be read")
        states["worker"] = "unknown"
    states |= {name: _answer(name, check) for name, check in _checks.items()}
    return {name: state for name, state in states.items() if state is not None}


def _answer(name: str, check: Check) -> str | None:
    try:
        return check()
    except Exception:
        logger.warning("Condition %s cannot be told", name, exc_info=True)
        return "unknown"


def _cache() -> str:
    key, value = "cms.ops.conditions", uuid4().hex
    cache.set(key, value, timeout=10)
    # Another process may have written in between.
    return OK if cache.get(key) is not None else "unreachable"


def _of_jobs(current: Figures) -> Mapping[str, str]:
    dead = sum(current.dead.values())
    return {
        "worker": _worker(current.heartbeat_age_seconds),
        "jobs": _oldest(current.oldest_due_seconds),
        "dead_letters": f"{dead} given up" if dead else OK,
    }


def _worker(heartbeat_age_seconds: float | None) -> str:
    if heartbeat_age_seconds is None:
        return "none running"
    if heartbeat_age_seconds > SILENT_AFTER_SECONDS:
        return f"silent for {heartbeat_age_seconds:.0f} s"
    return OK


def _oldest(seconds: float | None) -> str:
    if seconds is None or seconds <= LATE_AFTER_SECONDS:
        return OK
    return f"oldest due for {seconds:.0f} s"
