"""README says what the program does: its commands run, its answers are given, its tables are complete."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import click
import httpx
import pytest
from click.testing import CliRunner

from app.__main__ import main
from tests.app.ports import a_free_port
from tests.conftest import ROOT

NAMES = main.list_commands(click.Context(main))
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)
SHELL = [line for kind, block in BLOCKS if not kind for line in block.splitlines() if line.strip()]
CURLS = [line for line in SHELL if line.startswith("curl ") and " > " not in line]
SHOWN = [
    (before.strip(), block)
    for (_, before), (kind, block) in pairwise(BLOCKS)
    if kind == "json" and before.startswith("curl ")
]
# What may be typed, and what the first product found then has: the table of searches.
TYPED = [
    (typed, shown)
    for cells, shown in re.findall(r"^\| ((?:`[^`]+` ?)+)\| \*\*(.+?)\*\*:? ", README, re.MULTILINE)
    for typed in re.findall(r"`([^`]+)`", cells)
]
EDITOR = [line for line in SHELL if line.startswith(".venv/bin/blaliste ") and "my-lists" in line]
FOLLOWING = [line for line in SHELL if " follow " in line]
CHECKING = next(block for _, block in BLOCKS if "openssl" in block).splitlines()


class Service(NamedTuple):
    """The demonstration, served: where, and the folder it was started in."""

    api: int
    data: int
    folder: Path


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("clone")
    home, api, data = folder / "data", a_free_port(), a_free_port()
    program = [sys.executable, "-m", "app", "--home", str(home)]
    subprocess.run([*program, "demo", "--until", "2027-01-01"], check=True, cwd=ROOT, capture_output=True)
    ports = ["--port", str(api), "--data-port", str(data)]
    process = subprocess.Popen([*program, "serve", *ports], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{api}/health/ready")
        _wait_for(f"http://127.0.0.1:{data}/")
        yield Service(api, data, folder)
    finally:
        process.terminate()
        process.wait(20)


def test_what_the_examples_make_is_no_part_of_the_project():
    """Whoever has tried them finds the same project, and its tests as green as before."""
    made = set(re.findall(r"--home ([a-z-]+)", "\n".join(SHELL)))
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert made == {"my-lists", "copy"}
    assert {f"/{home}/" for home in made} <= set(ignored)


def test_the_readme_has_examples_of_every_kind():
    assert len(CURLS) >= 6
    assert len(SHOWN) == sum(kind == "json" for kind, _ in BLOCKS) >= 2
    assert len(EDITOR) >= 4
    assert "make run" in SHELL
    assert "make test" in SHELL


@pytest.mark.flow
@pytest.mark.parametrize("line", CURLS)
def test_a_curl_example_is_answered(line: str, service: Service):
    if shutil.which("curl") is None:
        pytest.skip("no curl on this machine")
    here = line.replace("127.0.0.1:8000", f"127.0.0.1:{service.api}")
    here = here.replace("127.0.0.1:8001", f"127.0.0.1:{service.data}")
    done = in_shell(f"{here} --fail-with-body")
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)


def test_the_readme_shows_how_search_reads_what_is_typed():
    assert len(TYPED) >= 15


@pytest.mark.flow
@pytest.mark.parametrize(("typed", "shown"), TYPED)
def test_what_is_typed_finds_what_the_readme_says(typed: str, shown: str, service: Service):
    answer = httpx.get(f"http://127.0.0.1:{service.api}/v1/search", params={"q": typed, "limit": 1})
    first = answer.json()["items"][0]["product"]
    texts = [first["name"], first["size"] or "", first["atc"] or ""]
    texts += [step["text"] for entry in first["entries"] for step in entry["group_path"]]

    assert any(shown in text for text in texts), texts


@pytest.mark.flow
@pytest.mark.parametrize(("line", "shown"), SHOWN)
def test_the_answer_shown_is_part_of_the_answer_given(line: str, shown: str, service: Service):
    address = re.search(r"http://127\.0\.0\.1:8000([^' ]+)", line)
    assert address is not None
    given = httpx.get(f"http://127.0.0.1:{service.api}{address[1]}").json()
    _assert_part(json.loads(shown), given)


@pytest.mark.flow
def test_the_editor_s_examples_run_one_after_the_other(service: Service):
    for line in EDITOR:
        here = line.replace(".venv/bin/blaliste", f"{sys.executable} -m app")
        here = here.replace("my-lists", str(service.folder / "my-lists"))
        done = in_shell(here.replace(" data/", f" {service.folder}/data/"))
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


@pytest.mark.flow
def test_a_copy_is_checked_without_us(service: Service, tmp_path: Path):
    said = []
    for line in CHECKING:
        done = in_shell(line.replace("127.0.0.1:8000", f"127.0.0.1:{service.api}"), folder=tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        said.append(done.stdout.strip())
    assert "Signature Verified Successfully" in said
    assert "These are the contents that were signed" in said
    contents = json.loads((tmp_path / "contents.json").read_bytes())
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    assert len(contents["files"]) > len(manifest["files"])


@pytest.mark.flow
def test_a_second_home_is_made_from_the_one_that_is_served(service: Service):
    [line] = FOLLOWING
    program = f"{sys.executable} -m app --home {service.folder}/copy"
    here = line.replace(".venv/bin/blaliste --home copy", program)
    for _ in range(2):
        done = in_shell(here.replace("127.0.0.1:8000", f"127.0.0.1:{service.api}"))
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    assert "is here and is the newest" in done.stdout


def test_the_table_of_commands_is_the_program_s():
    shown = dict(re.findall(r"^\| `([a-z]+)` \| (.+?) \|$", README, re.MULTILINE))
    assert set(shown) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_says_what_it_does(name: str):
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0
    assert "Usage:" in done.output
    first = re.search(r"^\| `" + name + r"` \| ([^|]+?)\.? \|$", README, re.MULTILINE)
    assert first is not None
    words = " ".join(done.output.split())
    assert first.group(1).split(":")[0].split(";")[0] in words


def test_the_map_names_the_rooms_there_are():
    for room in ("lists/", "ingest/", "search/", "app/", "tests/"):
        assert f"\n{room}" in README
        assert (ROOT / room).is_dir()


def test_every_path_the_readme_names_exists():
    for path in re.findall(r"`((?:app|ingest|lists|search|tests)/[\w./*]*)`", README):
        assert list(ROOT.glob(path.rstrip("/"))), path


def in_shell(line: str, *, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a line as a reader of the README would."""
    return subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, check=False)


def _assert_part(shown: Any, given: Any) -> None:
    if isinstance(shown, dict):
        for key, value in shown.items():
            _assert_part(value, given[key])
    elif isinstance(shown, list):
        assert len(shown) == len(given)
        for one, other in zip(shown, given, strict=True):
            _assert_part(one, other)
    else:
        assert shown == given


def _wait_for(url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail(f"{url} did not answer within a minute")
