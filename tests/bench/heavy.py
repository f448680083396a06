"""Heavy requests beside light ones: look-ups are answered soon whatever else is asked, queues are bounded."""

import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from statistics import median
from urllib.parse import urlencode, urlsplit

import msgspec

from app.beside import PLACES
from app.checks import MOST_ALREADY, MOST_LINES
from app.home import Home
from app.served import today
from app.snapshot import open_snapshot
from search.limits import LONGEST_QUERY, MOST_WORDS
from tests.bench.asked import first_days, products
from tests.bench.rows import Row, Target
from tests.bench.servers import LOAD_CORE, Server, missing_tools, our_api
from tests.bench.sources import BEFORE, FULL, empty_home, missing, published, shown
from tests.bench.watched import Watch, Watched

CLIENTS, ROUNDS, SECONDS = 8, 3, 3.0
MOST_SLOWER = 5.0
AT_ONCE = PLACES + 64
_SEARCHES = 4_000
"""More than are kept: each is a new one when it is asked again."""
_ASKED_FOR = 50


class Asked(msgspec.Struct, frozen=True):
    """A request as wrk sends it."""

    path: str
    body: str = ""

    def as_lua(self) -> str:
        """The words that make it, once for all."""
        if not self.body:
            return f"wrk.format('GET', {json.dumps(self.path)})"
        return f"wrk.format('POST', {json.dumps(self.path)}, POSTED, {json.dumps(self.body)})"


def heavy(room: Path) -> list[Row]:
    """Look-ups beside each kind of heavy request, beside all of them, and a queue that is full."""
    gone, tools = missing(FULL, *BEFORE), missing_tools()
    if gone is not None or tools:
        return [Row("heavy beside light", None, note=f"not measured: no {shown(gone) if gone else tools}")]
    home = published(empty_home(room / "home"), *BEFORE, FULL, complete=True)
    kinds = heaviest(home)
    kinds["all of these"] = [asked[n % len(asked)] for n in range(_SEARCHES) for asked in kinds.values()]
    with our_api(home) as server:
        light = list(islice(products(home), _ASKED_FOR))
        rows = [_beside(room, server, light, what, asked) for what, asked in kinds.items()]
        rows.append(_alone(server, kinds))
        return [*rows, *_full(server, kinds["the widest changes"][0].path)]


def heaviest(home: Home) -> dict[str, list[Asked]]:
    """The requests that take longest of those that are allowed, by kind."""
    numbers = list(products(home))
    days = first_days(home)
    page = "/v1/lists/505/products"
    widest = {"list": "505", "from": days[0], "to": days[-1], "limit": 1000}
    return {
        "the longest searches": [Asked(f"/v1/search?{urlencode(q)}") for q in _searches(home)],
        "checks of 100 lines": [Asked("/v1/check", json.dumps(_check(numbers)))],
        "the widest changes": [Asked(f"/v1/changes?{urlencode(widest)}")],
        "pages of 1,000 products": [Asked(f"{page}?valid_on={day}&limit=1000") for day in days],
    }


def _searches(home: Home) -> Iterator[Mapping[str, object]]:
    """Eight words in 64 characters, each with a slip in it and so to be guessed, or begun only."""
    rng = random.Random(64)
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        names = " ".join(name for (name,) in snapshot.db.execute("SELECT DISTINCT name FROM entry"))
    words = sorted({word for word in names.lower().split() if word.isalpha() and 6 <= len(word) <= 8})
    for _ in range(_SEARCHES):
        query = " ".join(_slipped(rng.choice(words), rng)[:7] for _ in range(MOST_WORDS))
        yield {"q": query[:LONGEST_QUERY], "limit": 100}


def _slipped(word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word))
    return word[:place] + rng.choice("aeiourstnlkp") + word[place + 1 :]


def _check(numbers: Sequence[str]) -> Mapping[str, object]:
    day, far_apart = today().isoformat(), numbers[:: len(numbers) // MOST_LINES][:MOST_LINES]
    return {
        "prescription": {"code": "505", "written_on": day},
        "dispensed_on": day,
        "lines": [{"varenr": varenr, "packs": 1} for varenr in far_apart],
        "already": [{"varenr": varenr, "units": 1, "on": day} for varenr in numbers[:MOST_ALREADY]],
    }


def _beside(room: Path, server: Server, light: Sequence[str], what: str, asked: Sequence[Asked]) -> Row:
    """Each round stands between two quiet ones."""

    def watched() -> Watched:
        watch = Watch(room, server, light)
        time.sleep(SECONDS)
        return watch.stop()

    rounds: list[tuple[Watched, float]] = []
    before = watched()
    for _ in range(ROUNDS):
        with _asking(room, server, asked):
            found = watched()
        # What was begun for clients that are gone is done before the next quiet time.
        _ask(server, asked[0])
        after = watched()
        rounds.append((found, (before.p99 + after.p99) / 2))
        before = after
    bad = sum(found.failed + found.mixed for found, _ in rounds)
    return Row(
        f"look-ups beside {what}: p99",
        median(found.p99 for found, _ in rounds),
        "ms",
        median(quiet for _, quiet in rounds),
        median(found.p99 / quiet for found, quiet in rounds),
        Target(MOST_SLOWER, "ratio"),
        f"{CLIENTS} clients beside 16; the longest wait {max(one.most for one, _ in rounds) * 1e3:.0f} ms,"
        f" failed {bad}; control: nobody beside",
    )


@contextmanager
def _asking(room: Path, server: Server, asked: Sequence[Asked]) -> Iterator[None]:
    """Eight clients that ask these, one after the other, without a pause."""
    script = room / "heavy.lua"
    script.write_text(_SCRIPT % ",\n".join(one.as_lua() for one in asked), encoding="utf-8")
    command = ("taskset", "-c", LOAD_CORE, "wrk", "-t1", f"-c{CLIENTS}", "-d600s", "--timeout", "60s")
    process = subprocess.Popen(
        (*command, "-s", str(script), server.address), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(0.5)
        yield
        assert process.poll() is None, "wrk ended by itself"
    finally:
        process.terminate()
        process.wait(10)


def _alone(server: Server, kinds: Mapping[str, Sequence[Asked]]) -> Row:
    """What each of them costs by itself, for whoever reads the other rows."""
    told = ", ".join(f"{what} {_milliseconds(server, asked[-7:]):.0f}" for what, asked in kinds.items())
    return Row("one heavy request alone", None, note=f"milliseconds on the clock: {told}")


def _milliseconds(server: Server, asked: Sequence[Asked]) -> float:
    taken = []
    for one in asked:
        begun = time.perf_counter()
        status, _ = _ask(server, one)
        taken.append(time.perf_counter() - begun)
        assert status == 200, (one, status)
    return median(taken) * 1e3


def _full(server: Server, path: str) -> Iterator[Row]:
    """More at once than there are places: the others are told, at once, when to come back."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        told = Counter(threads.map(lambda _: _ask(server, Asked(path)), range(AT_ONCE)))
    answered = sum(count for (status, _), count in told.items() if status == 200)
    sent_back = sum(count for (status, again), count in told.items() if status == 503 and again)
    what = f"{AT_ONCE} heavy requests at once"
    yield Row(f"{what}: answered", answered, "", note=f"there are {PLACES} places")
    yield Row(f"{what}: 503 with Retry-After", sent_back, "")
    lost = AT_ONCE - answered - sent_back
    yield Row(f"{what}: anything else", lost, "", target=Target(0))


def _ask(server: Server, asked: Asked) -> tuple[int, str | None]:
    """The status, and when to come back."""
    connection = HTTPConnection(urlsplit(server.address).netloc, timeout=120)
    headers = {"Content-Type": "application/json"} if asked.body else {}
    with closing(connection):
        connection.request("POST" if asked.body else "GET", asked.path, asked.body or None, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Retry-After")


_SCRIPT = """
POSTED = { ["Content-Type"] = "application/json" }
local asked, at = nil, 0
function init(args)
  asked = {
%s
  }
end
function request()
  at = at %% #asked + 1
  return asked[at]
end
"""
