"""The password of the user `admin` on a development site."""

import os
import secrets
from pathlib import Path

FILE_NAME = "admin-password"


def chosen_or_generated(data_dir: Path) -> str:
    """`ADMIN_PASSWORD`, else the one of the last start, else a generated one.

    Kept in `data_dir` for its owner to read, so that every start can say how to sign in.
    """
    path = data_dir / FILE_NAME
    chosen = os.environ.get("ADMIN_PASSWORD")
    if not chosen and path.exists():
        return path.read_text().strip()
    password = chosen or secrets.token_urlsafe(12)
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with open(path, "w", opener=_private) as file:
        file.write(f"{password}\n")
    return password


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_EXCL, 0o600)
