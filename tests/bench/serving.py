"""Answers over a real connection: requests per second and processor time, beside the peers', in one run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path
from statistics import median
from urllib.request import urlopen

import msgspec

from app.home import Home
from app.read.lists import products_in
from app.read.view import View
from app.served import today
from app.snapshot import LISTS, open_snapshot
from tests.bench import peers
from tests.bench.rows import Table
from tests.bench.servers import Loaded, Server, load, missing_tools, our_api, python, serving
from tests.bench.sources import BEFORE, FULL, empty_home, missing, published, shown

ROUNDS, SECONDS = 5, 2
_NEAR_GRANIAN = (
    "of what it takes more, 3 µs are ours in process (counting 1, keeping 0.4, the day 0.2), 3 to 5 granian's"
    " for seven more headers, the rest a larger process"
)
_NGINX_IS_FAR = (
    "bounded by the next line: of one answer's time two fifths are the kernel's (connections, and the change"
    " between the server's thread and the interpreter's), a sixth granian's own; our part is 3 µs"
)
_LIST = "505"
_MANY, _LINES = 100, 10

HEAD = (
    "what",
    "a second",
    "µs of processor",
    "control",
    "by rate",
    "by processor",
    "target",
    "reached",
    "note",
)
Load = Callable[[], Loaded]


class Case(msgspec.Struct, frozen=True):
    """
    One thing that is measured beside another.

    Attributes:
        least: Of the control's figure: of its rate, or, with `by_processor`, of what its processor does.
        weight: How many products one answer has, where products are counted and not answers.
        note: What the figure means, or why it is what it is.
    """

    what: str
    measured: Load
    control: Load
    beside: str
    least: float | None = None
    by_processor: bool = False
    weight: int = 1
    note: str = ""


class Measured(msgspec.Struct, frozen=True):
    """Medians over the rounds; the ratios are medians of the rounds' own."""

    rate: float
    seconds: float
    by_rate: float
    by_processor: float


def served_answers(room: Path) -> Table:
    """Look-ups over three releases of a full file, from one core, asked from the other."""
    gone, tools = missing(FULL, *BEFORE), missing_tools()
    if gone is not None or tools:
        return Table(HEAD, ((f"not measured: {shown(gone) if gone else tools} is not here", *[""] * 8),))
    home = published(empty_home(room / "home"), *BEFORE, FULL, complete=True)
    with ExitStack() as running:
        cases = list(_cases(home, room, running))
        lines = tuple(_line(case, _measured(case)) for case in cases)
    return Table(HEAD, lines)


def _measured(case: Case) -> Measured:
    """Each round stands between two of the control's, so that a machine that grows slower slows both."""
    rounds: list[tuple[Loaded, float, float]] = []
    before = case.control()
    for _ in range(ROUNDS):
        found = case.measured()
        after = case.control()
        rate, seconds = (before.rate + after.rate) / 2, (before.seconds + after.seconds) / 2
        rounds.append((found, found.rate * case.weight / rate, seconds / (found.seconds / case.weight)))
        before = after
    return Measured(
        median(found.rate for found, _, _ in rounds),
        median(found.seconds for found, _, _ in rounds),
        median(by_rate for _, by_rate, _ in rounds),
        median(by_processor for _, _, by_processor in rounds),
    )


def _line(case: Case, found: Measured) -> tuple[str, ...]:
    ratio = found.by_processor if case.by_processor else found.by_rate
    aim = (
        "–"
        if case.least is None
        else f"≥ {case.least:g} {'by processor' if case.by_processor else ''}".strip()
    )
    reached = "–" if case.least is None else "yes" if ratio >= case.least else "NO"
    return (
        case.what,
        f"{found.rate:,.0f}",
        f"{found.seconds * 1e6:.1f}",
        case.beside,
        f"{found.by_rate:.2f}",
        f"{found.by_processor:.2f}",
        aim,
        reached,
        case.note,
    )


def _cases(home: Home, room: Path, running: ExitStack) -> Iterator[Case]:
    number, numbers = _products(home)
    address = f"/v1/products/{number}"
    ours = running.enter_context(our_api(home))
    with urlopen(ours.address + address) as answer:
        body, tag = answer.read(), answer.headers["ETag"]
    before = min(mark.valid_from for mark in open_snapshot(home, home.current_release()).editions).isoformat()
    settings = _settings(room, body, home, number, before)
    granian, by_hand, framework = (
        running.enter_context(serving(peers.on_granian(name), path=address, settings=settings))
        for name in ("same_bytes", "selected_and_encoded", "with_a_framework")
    )
    nginx = running.enter_context(_nginx(room, body))
    datasette = running.enter_context(_datasette(home))

    def asks(server: Server, path: str = address, **more: object) -> Load:
        return lambda: load(server, path, seconds=SECONDS, **more)  # type: ignore[arg-type]

    yield Case(
        "GET one product", asks(ours), asks(granian), "granian, the same bytes", 0.85, note=_NEAR_GRANIAN
    )
    yield Case(
        "GET one product", asks(ours), asks(nginx, "/body"), "nginx, the same bytes", 0.2, note=_NGINX_IS_FAR
    )
    yield Case("the same bytes by granian", asks(granian), asks(nginx, "/body"), "nginx, the same bytes")
    yield Case("GET one product", asks(ours), asks(framework), "FastAPI, pydantic, sqlite", 3.5, True)
    yield Case(
        "GET one product",
        asks(ours),
        asks(datasette, _row_address(home, number)),
        "Datasette's row",
        15,
        True,
    )
    has_it = asks(ours, headers=(f"If-None-Match: {tag}",))
    yield Case("304, the client has it", has_it, asks(ours), "the 200", 1.0)
    noting = running.enter_context(our_api(home, access_log=True))
    yield Case("GET one product, access log on", asks(noting), asks(ours), "without", 0.7)
    two = running.enter_context(our_api(home, workers=2))
    yield Case("GET one product, two workers", asks(two), asks(ours), "one worker", 0.909, True)
    other_day = asks(ours, f"{address}?valid_on={before}")
    yield Case("as of another day", other_day, asks(by_hand), "bare ASGI that selects and encodes", 0.5)
    routed = asks(ours, f"{address}/")
    yield Case("GET one product", asks(ours), routed, "the same through the framework")
    many = _script(room, "lookup", msgspec.json.encode({"varenr": numbers[:_MANY]}))
    looked_up = asks(ours, "/v1/products/lookup", script=many)
    yield Case(f"lookup of {_MANY}, products", looked_up, asks(ours), "single calls", 10, weight=_MANY)
    lines = [{"varenr": varenr, "packs": 1} for varenr in numbers[:_LINES]]
    question = {
        "prescription": {"code": _LIST, "written_on": today().isoformat()},
        "dispensed_on": today().isoformat(),
        "lines": lines,
    }
    checked = asks(ours, "/v1/check", script=_script(room, "check", msgspec.json.encode(question)))
    yield Case(f"check, {_LINES} lines", checked, routed, "the plain routed call", 0.2)


def _products(home: Home) -> tuple[str, list[str]]:
    """A product that is on two lists where there is one, and many of one list."""
    snapshot = open_snapshot(home, home.current_release())
    view = View(snapshot, valid_on=today(), release=snapshot.release)
    numbers = products_in(view, _LIST, group=None, supplier=None)
    several = next((one for one in numbers if len(view.listed(one)) > 1), numbers[0])
    snapshot.close()
    return several, numbers


def _datasette(home: Home) -> AbstractContextManager[Server]:
    """Datasette over the same database, which it knows never to change."""
    lists_db = str(home.snapshot(home.current_release()) / LISTS)
    return serving(
        lambda port: python("-m", "datasette", "serve", "--immutable", lists_db, "--port", str(port)),
        path="/lists.json",
    )


def _row_address(home: Home, number: str) -> str:
    """Where Datasette shows a product's row on a list."""
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        names = [row[1] for row in snapshot.db.execute("PRAGMA table_info(entry)") if row[5]]
        keys = f"SELECT {', '.join(names)} FROM entry WHERE varenr = ?"
        key = snapshot.db.execute(keys, (number,)).fetchone()
    return f"/lists/entry/{','.join(map(str, key))}.json"


def _settings(room: Path, body: bytes, home: Home, number: str, day: str) -> Mapping[str, str]:
    (room / "body").write_bytes(body)
    return {
        peers.BODY: str(room / "body"),
        peers.LISTS_DB: str(home.snapshot(home.current_release()) / LISTS),
        peers.NUMBER: number,
        peers.DAY: day,
    }


def _nginx(room: Path, body: bytes) -> AbstractContextManager[Server]:
    """nginx with one worker, which keeps the file open and logs nothing."""
    www = room / "www"
    www.mkdir()
    (www / "body").write_bytes(body)

    def command(port: int) -> Sequence[str]:
        (room / "nginx.conf").write_text(_NGINX.format(room=room, port=port, www=www), encoding="utf-8")
        return ("nginx", "-c", str(room / "nginx.conf"), "-e", str(room / "nginx.log"))

    return serving(command, path="/body")


def _script(room: Path, name: str, body: bytes) -> Path:
    """What wrk sends instead of a GET."""
    path = room / f"{name}.lua"
    lines = (
        'wrk.method = "POST"',
        'wrk.headers["Content-Type"] = "application/json"',
        f"wrk.body = [==[{body.decode()}]==]",
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


_NGINX = """\
daemon off; worker_processes 1; pid {room}/nginx.pid; error_log {room}/nginx.log;
events {{ worker_connections 256; }}
http {{
    access_log off; keepalive_requests 100000000; open_file_cache max=10; default_type application/json;
    client_body_temp_path {room}; proxy_temp_path {room}; fastcgi_temp_path {room};
    uwsgi_temp_path {room}; scgi_temp_path {room};
    server {{ listen 127.0.0.1:{port}; root {www}; }}
}}
"""
