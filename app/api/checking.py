"""The core question over HTTP: whether a prescription covers products on a day, and how many more."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from app.api.answer import AnyRequest, answer
from app.api.answers_described import spec
from app.api.parameters import Lang
from app.api.problems import language
from app.beside import Beside
from app.checks import BatchAnswer, BatchQuestion, CheckAnswer, CheckQuestion
from app.read.checking import checked
from app.read.times import release_known
from app.served import Served
from lists.errors import BadQuestion

LINES_AT_ONCE, ALREADY_AT_ONCE = 20, 100
"""So many are judged before anybody has noticed."""


@post(
    "/v1/check",
    responses=spec(CheckAnswer, "The judgement.", 413),
    status_code=200,
    operation_id="check",
    summary="Check one dispensing",
)
async def check(
    request: AnyRequest,
    beside: NamedDependency[Beside],
    data: JSONBody[CheckQuestion],
    lang: Lang = None,
) -> Response[bytes]:
    """
    Judge one dispensing: each line, its limits and the most that is reimbursed, and why.

    `yes`, `no`, or `ask` where nothing forbids it but a person must judge, or a fact that a rule
    needs was not given: an absent fact is unknown, never false. Nothing of the question is stored.
    """
    if len(data.lines) <= LINES_AT_ONCE and len(data.already or ()) <= ALREADY_AT_ONCE:
        return _one(request, beside.served, data)
    return await beside.answer(lambda served: _one(request, served, data))


def _one(request: AnyRequest, served: Served, data: CheckQuestion) -> Response[bytes]:
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
    request: AnyRequest, beside: NamedDependency[Beside], data: JSONBody[BatchQuestion], lang: Lang = None
) -> Response[bytes]:
    """Judge up to a hundred dispensings, each by itself, with its own `known_at`."""
    told = language(request)
    return await beside.answer(lambda served: _batch(request, served, data, told))


def _batch(request: AnyRequest, served: Served, data: BatchQuestion, lang: str) -> Response[bytes]:
    snapshot, items = served.snapshot, []
    for place, question in enumerate(data.checks):
        try:
            release = release_known(snapshot, question.known_at)
            items.append(checked(snapshot, question, release=release, lang=lang))
        except BadQuestion as error:
            raise BadQuestion(error.reason, **_placed(error.facts, place)) from error
    return answer(request, BatchAnswer(snapshot.release, tuple(items)), release=snapshot.release)


def _placed(facts: Mapping[str, str], place: int) -> dict[str, str]:
    """The facts of a refusal with the field's place in the batch."""
    return {**facts, "field": f"checks[{place}].{facts['field']}"}


ROUTES: list[Any] = [check, check_batch]
