"""The password of the user `admin` on a development site."""

import os
import secrets
from pathlib import Path

FILE_NAME = "admin-password"


def chosen_or_generated(data_dir: Path) -> str:
    """`ADMIN_PASSWORD`, else a generated one, kept in `data_dir` for its owner to read."""
    chosen = os.environ.get("ADMIN_PASSWORD")
    if chosen:
        return chosen
    path = data_dir / FILE_NAME
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        generated = secrets.token_urlsafe(12)
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "w", opener=_private) as file:
            file.write(f"{generated}\n")
        return generated


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_EXCL, 0o600)
