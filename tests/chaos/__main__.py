"""The long rounds, `make chaos`: what is lost and doubled when processes die; 1 if too much is.

`workers` and `mail` run on DATABASE_URL, which they empty; `restarts` and `delays` on a server of
their own.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import django

from cms.ops.embedded_postgres import EmbeddedPostgres

PORT = 8345


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("workers", "mail", "restarts", "delays"))
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--messages", type=int, default=500, help="of visitors, for the mail")
    parser.add_argument("--restarts", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5, help="of each change, for the delays")
    parser.add_argument("--port", type=int, default=PORT)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.testing"
    if options.what == "workers":
        return run_workers(rows=options.rows, kills=options.kills)
    if options.what == "mail":
        return run_mail(messages=options.messages, mails=options.rows, kills=options.kills)
    with tempfile.TemporaryDirectory(prefix="cms-chaos-", ignore_cleanup_errors=True) as data_dir:
        server = EmbeddedPostgres(Path(data_dir))
        os.environ |= {"DATABASE_URL": server.url, "DATA_DIR": data_dir}
        server.start()
        try:
            if options.what == "delays":
                return run_delays(rounds=options.rounds)
            return run_restarts(server, port=options.port, restarts=options.restarts)
        finally:
            server.stop()


def run_workers(*, rows: int, kills: int) -> int:
    django.setup()
    from tests.chaos import worker_rounds  # noqa: PLC0415 - needs the apps

    return worker_rounds.run(rows=rows, kills=kills)


def run_mail(*, messages: int, mails: int, kills: int) -> int:
    django.setup()
    from tests.chaos import mail_rounds  # noqa: PLC0415 - needs the apps

    return mail_rounds.run(messages=messages, mails=mails, kills=kills // 2)


def run_restarts(server: EmbeddedPostgres, *, port: int, restarts: int) -> int:
    django.setup()
    from tests.chaos import database_rounds  # noqa: PLC0415 - needs the apps

    return database_rounds.run(server, port=port, restarts=restarts)


def run_delays(*, rounds: int) -> int:
    os.environ["WEBHOOKS_ALLOW_PRIVATE_ADDRESSES"] = "true"
    django.setup()
    from tests.chaos import delay_rounds  # noqa: PLC0415 - needs the apps

    return delay_rounds.run(rounds=rounds)


if __name__ == "__main__":
    sys.exit(main())
