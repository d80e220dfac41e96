"""/healthz and /readyz, for load balancers and container platforms.

A middleware and no views, because probes call by address: they would fail on ALLOWED_HOSTS and be
redirected to https.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase

logger = logging.getLogger(__name__)


class HealthMiddleware:
    """Answers the two paths itself and hands everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._is_migrated = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in ("/healthz", "/readyz"):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        checks = self._checks() if request.path_info == "/readyz" else {}
        ready = all(state == "ok" for state in checks.values())
        response = JsonResponse(
            {"status": "ok" if ready else "unavailable", "checks": checks},
            status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE,
        )
        response["Cache-Control"] = "no-store"
        return response

    def _checks(self) -> dict[str, str]:
        """State by name: "ok", or what is wrong without any detail of the server."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            # Asked until the answer is yes: it reads every migration file and its table.
            self._is_migrated = self._is_migrated or _is_migrated()
        except Error:
            logger.warning("The database cannot be reached", exc_info=True)
            return {"database": "unreachable"}
        return {"database": "ok", "migrations": "ok" if self._is_migrated else "missing"}


def _is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
