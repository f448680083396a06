"""The core question over HTTP: does this prescription cover these products on this day, and how many more?"""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from app.api.answer import AnyRequest, answer
from app.api.parameters import Lang
from app.api.problems import language
from app.api.question import read_time
from app.api.reads import spec
from app.checks import BatchAnswer, BatchQuestion, CheckAnswer, CheckQuestion
from app.read.checking import checked
from app.served import Served


@post(
    "/v1/check",
    responses=spec(CheckAnswer, "The judgement.", 413),
    status_code=200,
    operation_id="check",
    summary="Check one dispensing",
)
async def check(
    request: AnyRequest, served: NamedDependency[Served], data: JSONBody[CheckQuestion], lang: Lang = None
) -> Response[bytes]:
    """
    Judge one dispensing: each line, its limits and the most that is reimbursed, and why.

    `yes`, `no`, or `ask` where nothing forbids it but a person must judge, or a fact that a rule
    needs was not given: an absent fact is unknown, never false. Nothing of the question is stored.
    """
    time = read_time(served, None, data.known_at)
    told = checked(served.snapshot, data, release=time.release, lang=language(request))
    return answer(request, told, release=time.release)


@post(
    "/v1/check/batch",
    responses=spec(BatchAnswer, "In their order.", 413),
    status_code=200,
    operation_id="check_batch",
    summary="Check many dispensings",
)
async def check_batch(
    request: AnyRequest, served: NamedDependency[Served], data: JSONBody[BatchQuestion], lang: Lang = None
) -> Response[bytes]:
    """Judge up to a hundred dispensings, each by itself, with its own `known_at`."""
    items = []
    for question in data.checks:
        time = read_time(served, None, question.known_at)
        items.append(checked(served.snapshot, question, release=time.release, lang=language(request)))
    shape = BatchAnswer(served.snapshot.release, tuple(items))
    return answer(request, shape, release=served.snapshot.release)


ROUTES: list[Any] = [check, check_batch]
