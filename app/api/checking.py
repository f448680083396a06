"""The core question over HTTP: whether a prescription covers products on a day, and how many more."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from app.api.answer import AnyRequest, answer
from app.api.answers_described import spec
from app.api.parameters import Lang
from app.api.problems import language
from app.checks import BatchAnswer, BatchQuestion, CheckAnswer, CheckQuestion
from app.read.checking import checked
from app.read.times import release_known
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
    release = release_known(served.snapshot, data.known_at)
    told = checked(served.snapshot, data, release=release, lang=language(request))
    return answer(request, told, release=release)


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
    snapshot, lang = served.snapshot, language(request)
    items = (
        checked(snapshot, question, release=release_known(snapshot, question.known_at), lang=lang)
        for question in data.checks
    )
    return answer(request, BatchAnswer(snapshot.release, tuple(items)), release=snapshot.release)


ROUTES: list[Any] = [check, check_batch]
