"""The supervisor: what it starts, says and starts again, and that nothing is left when it ends."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from app.home import Home
from app.serve import serve
from app.serving.ports import require_free
from lists.errors import Refused
from tests.app.ports import a_free_port
from tests.app.shelf import first_editions, publish

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


class Service:
    """A service in a process of its own, and all the lines it has said."""

    def __init__(self, home: Path, target: str = "tests.app.stand_in:application") -> None:
        self.port, self.data_port = a_free_port(), a_free_port()
        program = (sys.executable, "-m", "tests.app.supervised")
        command = (*program, str(home), str(self.port), str(self.data_port), target)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.lines: list[str] = []
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def said(self, words: str) -> bool:
        return any(words in line for line in self.lines)

    def answer(self, port: int) -> str:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/")
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def family(self) -> dict[int, str]:
        """Every process below the supervisor, with its command line."""
        parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdecimal()}
        family: dict[int, str] = {}
        known = {self.process.pid}
        while fresh := {pid for pid, parent in parents.items() if parent in known and pid not in known}:
            known |= fresh
            family |= {pid: _command(pid) for pid in fresh}
        return family

    def ended(self) -> int:
        """Wait for the end; the exit code."""
        code = self.process.wait(PATIENCE)
        self._reading.join(PATIENCE)
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            self.lines.extend(iter(lines.readline, ""))


@pytest.fixture
def home(a_home: Path) -> Path:
    a_home.mkdir()
    home = Home(a_home)
    home.workshop.touch()
    publish(home, 1, first_editions())
    return a_home


@pytest.fixture
def service(home: Path) -> Iterator[Service]:
    """A service that said it is ready."""
    running = Service(home)
    _until(lambda: running.said("End with"), "ready")
    yield running
    if running.process.poll() is None:
        running.process.terminate()
    running.ended()


@pytest.mark.crash
def test_it_says_where_to_go_once_all_parts_answer(service):
    assert service.lines == [
        f"Ready. Open http://127.0.0.1:{service.port}/\n",
        f"The API, to read and try: http://127.0.0.1:{service.port}/schema\n",
        f"The same data as tables and SQL: http://127.0.0.1:{service.data_port}/\n",
        f"Try: curl -s 'http://127.0.0.1:{service.port}/v1/search?q=pose&limit=1'\n",
        "End with Ctrl-C.\n",
    ]
    assert service.answer(service.port).isdecimal()
    assert "Blåliste" in service.answer(service.data_port)


@pytest.mark.crash
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_all_parts_end_within_five_seconds_of_being_told(service, number):
    family = service.family()
    with socket.create_connection(("127.0.0.1", service.port)):  # somebody who stays connected
        told = time.monotonic()
        service.process.send_signal(number)
        code = service.ended()

    assert code == 0
    assert time.monotonic() - told < 5
    assert len(family) >= 5
    _until(lambda: not _alive(family), "everybody gone", 1)


@pytest.mark.crash
def test_no_orphan_is_left_when_the_supervisor_is_killed(service):
    family = service.family()
    service.process.kill()

    assert service.ended() == -signal.SIGKILL
    _until(lambda: not _alive(family), "everybody gone", 5)


@pytest.mark.crash
def test_no_worker_is_left_when_the_process_above_it_is_killed(service):
    parents = _parents(service)
    own = {pid for pid, parent in parents.items() if parent == service.process.pid}
    [above] = [pid for pid in own if "app.serving.api" in _command(pid)]
    workers = {pid: _command(pid) for pid, parent in parents.items() if parent == above}
    os.kill(above, signal.SIGKILL)

    assert workers
    _until(lambda: not _alive(workers), "its workers gone", 5)
    _until(lambda: _answers(service, service.port), "a new API")
    assert service.said("API ended by itself (exit code -9); starting it again.")


@pytest.mark.crash
@pytest.mark.parametrize(("module", "name"), [("app.browse", "Datasette"), ("app.keeper", "Keeper")])
def test_a_part_that_dies_is_started_again_and_the_others_go_on(service, module, name):
    [before] = [pid for pid, command in service.family().items() if module in command]
    os.kill(before, signal.SIGKILL)

    def new() -> list[int]:
        return [pid for pid, command in service.family().items() if module in command and pid != before]

    assert service.answer(service.port).isdecimal()
    _until(lambda: bool(new()), "a new one")
    assert service.said(f"{name} ended by itself")
    _until(lambda: _answers(service, service.data_port), "the door")


@pytest.mark.crash
def test_a_worker_that_dies_is_replaced_and_no_part_with_it(service):
    worker = int(service.answer(service.port))
    os.kill(worker, signal.SIGKILL)

    _until(lambda: _answers(service, service.port), "another worker")
    assert not service.said("ended by itself")


@pytest.mark.crash
def test_a_part_that_will_not_live_ends_everything_with_a_sentence(home):
    service = Service(home, "tests.app.stand_in:nobody_wrote_this")
    _until(lambda: bool(service.family()), "started")
    family = service.family()

    assert service.ended() == 1
    assert service.lines[-1] == "part-keeps-ending: part='API', times='5', code='1'\n"
    assert not _alive(family)


@pytest.mark.parametrize("flag", ["--port", "--data-port"])
def test_a_port_in_use_is_told_before_anything_starts(home, flag):
    ports = {"--port": a_free_port(), "--data-port": a_free_port()}
    with socket.create_server(("127.0.0.1", ports[flag])), pytest.raises(Refused) as caught:
        serve(home, host="127.0.0.1", port=ports["--port"], data_port=ports["--data-port"], workers=1)

    assert caught.value.reason == "port-in-use"
    assert caught.value.facts == {"port": str(ports[flag]), "flag": flag}


def test_one_port_cannot_be_both(home):
    port = a_free_port()
    with pytest.raises(Refused, match=r"port-in-use: .*flag='--data-port'"):
        serve(home, host="127.0.0.1", port=port, data_port=port, workers=1)


def test_a_host_that_is_not_of_this_machine_is_told():
    with pytest.raises(Refused, match=r"address-unusable: host='192\.0\.2\.1'"):
        require_free("192.0.2.1", a_free_port(), "--port")


def test_a_home_that_nobody_made_is_told(a_home):
    with pytest.raises(Refused, match="home-missing"):
        serve(a_home, host="127.0.0.1", port=a_free_port(), data_port=a_free_port(), workers=1)


def _parents(service: Service) -> dict[int, int]:
    return {pid: _parent(Path("/proc") / str(pid)) for pid in service.family()}


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _alive(family: dict[int, str]) -> dict[int, str]:
    """Those of them that still run; a number may belong to somebody else by now."""
    return {pid: command for pid, command in family.items() if command and _command(pid) == command}


def _answers(service: Service, port: int) -> bool:
    try:
        return bool(service.answer(port))
    except OSError:
        return False


def _until(holds: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"waited {seconds} s for: {what}"
        time.sleep(0.05)
