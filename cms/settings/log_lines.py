"""Logging: every record is one line on standard error, in the format that was chosen."""

import logging
from typing import Any

# No line shows them, and they would be looked for at each one.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def configuration(log_format: str) -> dict[str, Any]:
    """For LOGGING (logging.config.dictConfig); the format is "json" or "text"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "cms.http.request_id.RequestIdFilter"}},
        "formatters": {
            "json": {"()": "cms.ops.request_log.JsonLineFormatter"},
            "text": {"()": "cms.ops.request_log.TextLineFormatter"},
        },
        "handlers": {
            "lines": {
                "class": "logging.StreamHandler",
                "formatter": log_format,
                "filters": ["request_id"],
            },
        },
        "root": {"level": "INFO", "handlers": ["lines"]},
        "loggers": {
            # Django's own handlers would mail the administrators and print everything twice.
            "django": {"level": "INFO", "handlers": [], "propagate": True},
            # The access log has every request; only failures of ours are worth a second line.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "WARNING", "handlers": [], "propagate": True},
            # It tells of every connection that it opens; warnings say when it cannot.
            "psycopg.pool": {"level": "WARNING"},
            # The paths of requests to a provider of lists name people.
            "urllib3.connectionpool": {"level": "WARNING"},
            # Several lines for each of the jobs that run every few seconds. Its lanes report a lost
            # database with a traceback each; the worker does it in one line.
            "procrastinate": {"level": "WARNING"},
            "procrastinate.worker.lane": {"level": "CRITICAL"},
            "procrastinate.utils": {"level": "CRITICAL"},
            # A line for each entry of the search index says nothing that the access log does not.
            "django_tasks": {"level": "WARNING"},
        },
    }
