"""/healthz and /readyz, for load balancers and container platforms.

/readyz is 503 only when this process cannot answer requests. Everything else that an operator
should look at is "degraded" with 200: taking the process out of service would not mend it.

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

from cms.ops.conditions import OK, current_conditions

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
        checks = self._needed() if request.path_info == "/readyz" else {}
        status = "ok"
        if not _all_ok(checks):
            status = "unavailable"
        elif checks:
            conditions = current_conditions()
            status = "ok" if _all_ok(conditions) else "degraded"
            checks |= conditions
        unavailable = status == "unavailable"
        response = JsonResponse(
            {"status": status, "checks": checks},
            status=HTTPStatus.SERVICE_UNAVAILABLE if unavailable else HTTPStatus.OK,
        )
        response["Cache-Control"] = "no-store"
        return response

    def _needed(self) -> dict[str, str]:
        """What this process cannot serve without: "ok", or what is wrong without any detail."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            # Asked until the answer is yes: it reads every migration file and its table.
            self._is_migrated = self._is_migrated or _is_migrated()
        except Error:
            logger.warning("The database cannot be reached", exc_info=True)
            return {"database": "unreachable"}
        return {"database": "ok", "migrations": "ok" if self._is_migrated else "missing"}


def _all_ok(checks: dict[str, str]) -> bool:
    return all(state == OK for state in checks.values())


def _is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
