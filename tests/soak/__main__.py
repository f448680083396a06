"""`python -m tests.soak [SECONDS] [SEED]` runs the whole program under questions, publishes and kills."""

import logging
import sys
import tempfile
from pathlib import Path

from app.logs import set_up_logs
from tests.soak.run import soak
from tests.soak.told import told

SECONDS, SEED = 600, 1


def main(words: list[str]) -> int:
    """The exit code: 1 where an answer was wrong, or something grew more than it may."""
    seconds, seed = (*map(int, words), *(SECONDS, SEED)[len(words) :])
    set_up_logs(level=logging.WARNING)
    sys.stdout.write(f"Asking, publishing and killing for {seconds} s, seed {seed} ...\n")
    sys.stdout.flush()
    with tempfile.TemporaryDirectory(prefix="blaliste-soak-") as room:
        summary = soak(Path(room) / "home", seconds=seconds, seed=seed)
    sys.stdout.write(told(summary))
    return 0 if summary.good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
