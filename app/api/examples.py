"""One worked example of each answer, as the demonstration gives it; tests ask again and hold them to it."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar
from litestar.openapi.spec import OpenAPI, Operation

from app.api.describe import when_described

JSON = "application/json"
FILE = Path(__file__).with_name("examples.json")


class Example(msgspec.Struct, frozen=True):
    """
    A question and its answer.

    Attributes:
        operation: The operation's id in the description.
        path: With its parameters.
        body: What is posted, None where it is asked with GET.
    """

    operation: str
    path: str
    answer: Any
    body: Any = None


@cache
def examples() -> tuple[Example, ...]:
    """All examples, by the order of the description; made from the demonstration up to 2026-01-01."""
    return msgspec.json.decode(FILE.read_bytes(), type=tuple[Example, ...])


def show_examples(app: Litestar) -> None:
    """Put each example into the description of its endpoint."""
    when_described(app, _show_all)


def _show_all(described: OpenAPI) -> None:
    known = {example.operation: example for example in examples()}
    for item in (described.paths or {}).values():
        for operation in (item.get, item.post):
            if operation is not None and operation.operation_id in known:
                _show(operation, known[operation.operation_id])


def _show(operation: Operation, example: Example) -> None:
    asked = f"Example: `{'GET' if example.body is None else 'POST'} {example.path}`."
    operation.description = f"{operation.description}\n\n{asked}"
    answered = (operation.responses or {})["200"]
    content = getattr(answered, "content", None)
    if content is not None:
        for shown in content.values():
            shown.example = _whole(example.answer)
    posted = getattr(operation.request_body, "content", None)
    if posted is not None and example.body is not None:
        posted[JSON].example = _whole(example.body)


def _whole(value: Any) -> msgspec.Raw:
    """JSON as it is: the framework would leave out whatever is null."""
    return msgspec.Raw(msgspec.json.encode(value))
