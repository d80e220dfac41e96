"""A supervisor with a database and two services that outlive a polite request, for the tests."""

import os
import sys
from pathlib import Path

from cms.ops.embedded_postgres import EmbeddedPostgres
from cms.ops.supervisor import Service, StopRequested, Supervisor, stop_requests

SERVICE = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(600)"


def report(line: str) -> None:
    """Print at once, so that the test can wait for the line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(data_dir: Path) -> None:
    """Run until a stop is requested."""
    server = EmbeddedPostgres(data_dir)
    supervisor = Supervisor(server, report=report)
    try:
        with stop_requests():
            try:
                server.start()
                for name in ("first", "second"):
                    command = [sys.executable, "-c", SERVICE, name, str(data_dir)]
                    supervisor.start(Service(name, command, os.environ))
                report("ready")
                supervisor.watch()
            finally:
                supervisor.stop()
    except StopRequested:
        report("ended")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
