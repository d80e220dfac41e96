"""Loggers that say too much for what a command does."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

# They tell of every save: a dozen lines for each event.
EDITORIAL_LOGGERS = ("wagtail", "django_tasks")
# The demo site is nobody's work: its entries in the audit log need no second place.
DEMO_LOGGERS = (*EDITORIAL_LOGGERS, "cms.audit")


@contextmanager
def only_warnings(*names: str) -> Iterator[None]:
    """Let the loggers ``names`` say nothing below a warning, until the block ends."""
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
