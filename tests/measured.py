"""`python -m tests.measured …`: the program, and as last line of standard error the most memory it had."""

import atexit
import sys
from pathlib import Path

from app.__main__ import main


def _say_peak() -> None:
    # ru_maxrss would count what the test's own process had before it became this one; VmHWM does not.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    sys.stderr.write(f"{peak}\n")


if __name__ == "__main__":
    atexit.register(_say_peak)
    main()
