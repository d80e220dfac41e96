"""The container's health check: does /healthz answer 200? Runs often, so standard library only.

Asks as the proxy would (first allowed host, HTTPS), because the application refuses other hosts.
Exit code 0 when healthy, 1 otherwise.
"""

import http.client
import os
import sys

TIMEOUT_SECONDS = 5
PORT = int(os.environ.get("HEALTHCHECK_PORT", "8000"))


def is_healthy() -> bool:
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_healthy() else 1)
