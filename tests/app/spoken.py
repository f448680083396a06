"""What the code says to people: every key of a sentence that it names, with where and with what facts."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from lists import errors
from lists.errors import BadText, ListsError

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "ingest", "lists", "search")


class Site(msgspec.Struct, frozen=True):
    """
    One place of the code that tells something by its key.

    Attributes:
        key: Where it ends in a hyphen, the rest is decided while running.
        facts: What it names beside the place; None where that cannot be seen.
    """

    where: str
    table: str
    key: str
    facts: frozenset[str] | None


def classes(below: type[ListsError]) -> set[str]:
    """The names of an error and of all that are one too."""
    return {
        name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, below)
    }


CALLS: dict[str, tuple[str, int]] = {
    **dict.fromkeys((*classes(BadText), "notes.add", "note", "problem", "_report"), ("rule", 0)),
    "_about": ("rule", 1),
    # WorkbookFailed carries a reason from the process that unfolds workbooks to the one that names the file.
    **dict.fromkeys((*(classes(ListsError) - classes(BadText)), "WorkbookFailed"), ("reason", 0)),
    "bad": ("expected", 3),
    "GateResult": ("gate", 0),
    "tell": ("page", 0),
    "words": ("page", 0),
}
"""By the name of what is called: the table, and the place of the key among the arguments."""


@cache
def sites() -> tuple[Site, ...]:
    """Every place of the program that says something."""
    in_code = (site for path in modules() for site in _sites_in(path))
    return (*in_code, *(site for path in _templates() for site in _sites_in_template(path)))


def modules() -> list[Path]:
    """Every module of the program."""
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def _templates() -> list[Path]:
    return sorted((ROOT / "app").rglob("*.jinja"))


def _sites_in(path: Path) -> Iterator[Site]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        table, place = _said(call)
        if table and len(call.args) > place:
            where = f"{path.relative_to(ROOT)}, line {call.lineno}"
            for key in _texts(call.args[place], tree):
                yield Site(where, table, key, _named(call))


def _sites_in_template(path: Path) -> Iterator[Site]:
    for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for match in re.finditer(r"\bt\('([a-z_-]+)'(?: ~ [\w.]+)?((?:, \w+=[^,)]+)*)\)", text):
            facts = frozenset(re.findall(r", (\w+)=", match[2]))
            yield Site(f"{path.name}, line {line}", "page", match[1], facts)


def _said(call: ast.Call) -> tuple[str, int]:
    """The table a call speaks from and the place of the key; no table where it says nothing."""
    name = _called(call)
    if name != "say":
        return CALLS.get(name, ("", 0))
    if len(call.args) == 1:  # the supervisor's own way to say it
        return "page", 0
    table = call.args[0]
    return (str(table.value), 1) if isinstance(table, ast.Constant) else ("", 0)


def _called(call: ast.Call) -> str:
    """`add` of anything but Notes, and whatever the workshop does, mean something else."""
    if isinstance(call.func, ast.Name):
        return call.func.id
    if not isinstance(call.func, ast.Attribute):
        return ""
    owner = ast.unparse(call.func.value)
    if owner.endswith("workshop"):
        return ""
    return "notes.add" if call.func.attr == "add" and owner.endswith("notes") else call.func.attr


def _texts(node: ast.expr, tree: ast.Module) -> Iterator[str]:
    """
    The texts an expression may have: constants, either side of a choice, what a name was given.

    Of `"state-" + state` it is the beginning, which ends in a hyphen.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.BinOp):
        yield from _texts(node.left, tree)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, tree)
        yield from _texts(node.orelse, tree)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _texts(value, tree)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        for value in (node.func.value, *node.args[1:]):
            yield from _texts(value, tree)
    elif isinstance(node, ast.Name):
        for known in ast.walk(tree):
            if isinstance(known, ast.Assign) and any(ast.unparse(to) == node.id for to in known.targets):
                yield from _texts(known.value, tree)


def _named(call: ast.Call) -> frozenset[str] | None:
    named = {word.arg for word in call.keywords if word.arg is not None}
    # A title names nothing; a reason that WorkbookFailed carries is told where the file is known.
    if (
        len(named) < len(call.keywords)
        or "part" in named
        or _called(call) in ("WorkbookFailed", "GateResult", "bad")
    ):
        return None
    return frozenset(named)
