"""`python -m tests.bench.over_and_over HOME TIMES FEW`: goes over to the release before, and back, and so on.

Between two switches it answers questions of all kinds; it prints what it held after FEW and after TIMES.
"""

import logging
import os
import re
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Self

import msgspec

import app.served
from app.api.application import create_app
from app.home import Home, switch
from app.logs import set_up_logs
from tests.bench.asked import products
from tests.bench.calls import Calls

_GOOD = 200
_SELDOM = 50


class Held(msgspec.Struct, frozen=True):
    """
    What a process held; in bytes.

    Attributes:
        shared_out: Pss: what it shares with others counts only by its share.
    """

    resident: int
    shared_out: int
    handles: int

    @classmethod
    def of(cls, pid: int) -> Self:
        """Now."""
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        resident, shared_out = (
            int(re.findall(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)[0]) for name in ("Rss", "Pss")
        )
        return cls(resident * 1024, shared_out * 1024, sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()))


def main() -> None:
    """Switch, look, ask; and tell."""
    path, times, few = sys.argv[1:]
    set_up_logs(level=logging.WARNING)
    sys.stdout.buffer.write(msgspec.json.encode(_held(Home(Path(path)), int(times), int(few))))


def _held(home: Home, times: int, few: int) -> dict[int, Held]:
    # When to look is said here, and not by the clock: a thousand times four looks a second take long.
    app.served.LOOKS_PER_SECOND = 0.000_001  # type: ignore[assignment] # whole numbers are what it counts
    last, held = home.current_release(), {}
    numbers = _in_both(home, last)
    application = create_app(home)
    served = application.quick._served
    with Calls(application) as calls:
        for time in range(1, times + 1):
            switch(home, last - time % 2)
            calls.run(served._look())
            assert served.snapshot.release == last - time % 2
            calls.seconds_each([(asked, _GOOD) for asked in _asked(numbers, time)])
            if time in (few, times):
                held[time] = Held.of(os.getpid())
    switch(home, last)
    return held


def _in_both(home: Home, last: int) -> list[str]:
    """The products that both releases have."""
    now = list(products(home))
    switch(home, last - 1)
    before = set(products(home))
    return [number for number in now if number in before]


def _asked(numbers: list[str], time: int) -> Iterator[str]:
    """Every kind of question, about other products each time; what takes very long only now and then."""
    some = list(islice(numbers, time * 7 % len(numbers), None, 301))
    for number in some:
        yield f"/v1/products/{number}"
        yield f"/v1/products/{number}?valid_on=2025-12-15"
    yield f"/v1/search?q={some[0]}"
    yield f"/v1/search?q=pose+{time}&list=505"
    yield "/v1/lists"
    yield f"/v1/groups?list=505&limit={time % 100 + 1}"
    yield f"/v1/lists/505/products?limit={time % 100 + 1}"
    yield f"/vare/{some[0]}"
    yield "/?q=pose"
    if time % _SELDOM == 1:
        yield "/v1/changes?list=505&from=2025-11-15&to=2026-01-15&limit=100"
        yield "/endringer.atom"
        yield "/liste/505"


if __name__ == "__main__":
    main()
