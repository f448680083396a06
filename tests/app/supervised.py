"""Serves a stand-in: `python -m tests.app.supervised HOME PORT DATA_PORT TARGET`."""

import sys
from pathlib import Path

import app.serve
from lists.errors import Refused


def main() -> int:
    """The exit code as a command would give it."""
    home, port, data_port, target = sys.argv[1:]
    app.serve.APPLICATION = target
    try:
        return app.serve.serve(
            Path(home), host="127.0.0.1", port=int(port), data_port=int(data_port), workers=2
        )
    except Refused as error:
        sys.stdout.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
