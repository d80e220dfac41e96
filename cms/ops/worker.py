"""The worker's loop: once a minute, publish and expire what editors have scheduled."""

import logging
import signal
import threading
from types import FrameType

from django.core.management import call_command
from django.db import InterfaceError, OperationalError, close_old_connections

INTERVAL_SECONDS = 60.0
RETRY_SECONDS = 5.0

logger = logging.getLogger(__name__)


def run_until_stopped(*, interval_seconds: float = INTERVAL_SECONDS) -> None:
    """Work until SIGTERM or SIGINT; a run that has begun is finished first.

    Call it from the main thread. A lost database is logged and tried again, and an error of one
    run does not keep the next from happening.
    """
    stopping = threading.Event()

    def request_stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, request_stop)
    logger.info("Worker started")
    while not stopping.is_set():
        succeeded = publish_scheduled()
        close_old_connections()  # a lost one would stay lost
        stopping.wait(interval_seconds if succeeded else min(RETRY_SECONDS, interval_seconds))
    logger.info("Worker stopped")


def publish_scheduled() -> bool:
    """Run Wagtail's scheduled publishing once; False if it failed and should be tried again."""
    try:
        call_command("publish_scheduled")
    except (OperationalError, InterfaceError) as error:
        # The first line only: the second repeats the address of the server.
        logger.warning("Database unavailable, trying again: %s", str(error).partition("\n")[0])
        return False
    except Exception:
        logger.exception("Scheduled publishing failed")
        return False
    return True
