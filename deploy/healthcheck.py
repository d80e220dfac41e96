"""The container's health check. Runs often, so standard library only.

Web: does /healthz answer 200? Asks as the proxy would (first allowed host, HTTPS), because the
application refuses other hosts. Worker: `healthcheck.py FILE`, was the file touched lately?
Exit code 0 when healthy, 1 otherwise.
"""

import http.client
import os
import sys
import time
from pathlib import Path

TIMEOUT_SECONDS = 5
PORT = int(os.environ.get("HEALTHCHECK_PORT", "8000"))

# The worker touches its file every five seconds; a busy machine may be late.
SILENT_AFTER_SECONDS = 60


def is_alive(heartbeat_file: Path) -> bool:
    try:
        return time.time() - heartbeat_file.stat().st_mtime < SILENT_AFTER_SECONDS
    except OSError:
        return False


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
    healthy = is_alive(Path(sys.argv[1])) if len(sys.argv) > 1 else is_healthy()
    sys.exit(0 if healthy else 1)
