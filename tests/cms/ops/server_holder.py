"""Start the embedded PostgreSQL of the given directory, print its URL, and hold it."""

import signal
import sys
from pathlib import Path

from cms.ops.embedded_postgres import EmbeddedPostgres

if __name__ == "__main__":
    server = EmbeddedPostgres(Path(sys.argv[1]))
    server.start()
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    signal.pause()
