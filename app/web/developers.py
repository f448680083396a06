"""The page for developers: calls to make as they stand, where else the same is found, what is promised."""

import json
import os
import re
import shlex
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import MediaType, get
from litestar.di import NamedDependency
from litestar.response import Response

from app.api.answer import AnyRequest
from app.read.lists import known_lists, list_shape
from app.read.quality import noted
from app.read.samples import first_product
from app.read.view import View
from app.served import Served
from app.shapes import ListShape
from app.web.addresses import part
from app.web.frame import page_view, reader_page
from app.web.origin import asked_at, origin

DATA_PORT = "BLALISTE_DATA_PORT"
"""The supervisor names Datasette's port to all parts of the service; who starts one part alone does not."""
NOWHERE = "http://localhost"
"""What calls name where a request names no host that could be repeated."""
_PORT = re.compile(r":[0-9]+$")


class Example(msgspec.Struct, frozen=True):
    """A call on a command line; `key` names the sentence that says what it asks."""

    key: str
    call: str


class Told(msgspec.Struct, frozen=True):
    """What the examples ask about: something that is there, where anything is."""

    list: str
    varenr: str
    group: str
    day: str
    another_day: str


class ListQuality(msgspec.Struct, frozen=True):
    """A list, and how much was noted in the source of its edition in force."""

    list: ListShape
    noted: int


@get("/utvikler", media_type=MediaType.HTML)
async def developers(request: AnyRequest, served: NamedDependency[Served]) -> Response[bytes]:
    """How one begins, and what one can rely on."""
    view = page_view(request, served)
    lists = [list_shape(view, code) for code in known_lists(view)]
    about, here = asked_about(view, lists), origin(request) or NOWHERE
    return reader_page(
        request,
        "developers.html.jinja",
        view=view,
        json="/v1/lists",
        calls=curl_calls(here, about),
        program=python_program(here, about),
        data_address=data_address(request),
        lists=[ListQuality(one, noted(view, one.list)) for one in lists],
    )


def data_address(request: AnyRequest) -> str:
    """Where Datasette answers on the reader's host; "" where this process does not know it."""
    port, here = os.environ.get(DATA_PORT, ""), asked_at(request)
    return f"{_PORT.sub('', here)}:{port}/" if port.isdecimal() and here else ""


def asked_about(view: View, lists: list[ListShape]) -> Told:
    """The first product of the largest list, and its group."""
    largest = max(lists, key=lambda one: (one.products, one.list), default=None)
    varenr = first_product(view, largest.list) if largest is not None else None
    day = view.valid_on.isoformat()
    if largest is None or varenr is None:
        return Told("505", "999001", "5050907", day, day)
    entry = next(one for one in view.product(varenr).entries if one.list == largest.list)
    began = view.marks[largest.list].valid_from.isoformat()
    return Told(largest.list, varenr, entry.group.code, day, began)


def curl_calls(here: str, about: Told) -> tuple[Example, ...]:
    """The first questions, each as one line of a shell."""
    group = f"/v1/groups/{part(about.group)}?list={quote(about.list)}"
    return (
        Example("product", _curl(here, f"/v1/products/{part(about.varenr)}")),
        Example("day", _curl(here, f"/v1/products/{part(about.varenr)}?valid_on={about.another_day}")),
        Example("group", _curl(here, group)),
        Example("search", _curl(here, f"/v1/search?q={part(about.varenr)}&limit=3")),
        Example("check", _curl(here, "/v1/check", _check(about))),
        Example("releases", _curl(here, "/v1/releases?after=0")),
    )


def python_program(here: str, about: Told) -> str:
    """A program that needs nothing but Python."""
    return _PROGRAM.format(
        here=json.dumps(here),
        product=json.dumps(f"/v1/products/{part(about.varenr)}"),
        products=json.dumps(f"/v1/lists/{part(about.list)}/products?limit=1000"),
        question=_as_python(_check(about)),
    )


def _curl(here: str, path: str, body: dict[str, Any] | None = None) -> str:
    words = ["curl", "-s", here + path]
    if body is not None:
        words += ["-H", "Content-Type: application/json", "-d", json.dumps(body, ensure_ascii=False)]
    return shlex.join(words)


def _check(about: Told) -> dict[str, Any]:
    return {
        "prescription": {"code": about.list, "written_on": about.day},
        "dispensed_on": about.day,
        "lines": [{"varenr": about.varenr, "packs": 1}],
    }


def _as_python(question: dict[str, Any]) -> str:
    """Strings, numbers, lists and records of these are written alike in JSON and in Python."""
    return json.dumps(question, indent=4)


_PROGRAM = '''\
import json
from urllib.request import Request, urlopen

HERE = {here}


def ask(path, question=None):
    """An answer of the API; a question that needs a body is sent with POST."""
    body = json.dumps(question).encode() if question is not None else None
    headers = {{"Content-Type": "application/json"}}
    with urlopen(Request(HERE + path, body, headers)) as answer:
        return json.load(answer)


def every(path):
    """All items behind a path, page after page."""
    page = ask(path)
    yield from page["items"]
    while page["next"]:
        page = ask(path + "&cursor=" + page["next"])
        yield from page["items"]


product = ask({product})
for entry in product["entries"]:
    print(entry["edition"], entry["group"]["code"], entry["group"]["text"])

print(sum(1 for _ in every({products})), "products")

answer = ask("/v1/check", {question})
print(answer["verdict"])
for line in answer["lines"]:
    print(*[reason["text"] for reason in line["reasons"]])
'''
