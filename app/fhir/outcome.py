"""A refusal, or a remark, as FHIR tells it."""

from collections.abc import Iterable

from msgspec import Struct

from app.fhir.types import CodeableConcept


class Issue(Struct, frozen=True, omit_defaults=True):
    """
    One thing that is not as it was asked for.

    Attributes:
        code: FHIR's own word for what kind of thing it is.
        details: Our NAME of the problem.
        diagnostics: A sentence: what was found, what was expected.
        expression: The parameter.
    """

    severity: str
    code: str
    details: CodeableConcept | None = None
    diagnostics: str | None = None
    expression: tuple[str, ...] = ()


class OperationOutcome(Struct, frozen=True, tag_field="resourceType", tag="OperationOutcome"):
    """What became of a request, where no resource tells it."""

    issue: tuple[Issue, ...]


CODES = {
    "unknown-parameter": "not-supported",
    "fhir-operation": "not-supported",
    "method-not-allowed": "not-supported",
    "not-acceptable": "not-supported",
    "not-listed": "deleted",
    "busy": "transient",
    "internal": "exception",
    "too-large": "too-long",
}
"""FHIR's words for our NAMEs and reasons; what is not there is "not-found", all else "invalid"."""


def refused(name: str, status: int, sentence: str, *, field: str = "", reason: str = "") -> OperationOutcome:
    """
    A refusal.

    Args:
        name: The NAME of the problem.
        status: The HTTP status it is sent with.
        field: The parameter that cannot be used.
        reason: Why, where that says more than the NAME.
    """
    code = CODES.get(reason) or CODES.get(name) or ("not-found" if status == 404 else "invalid")
    issue = Issue("error", code, CodeableConcept(text=name), sentence, (field,) if field else ())
    return OperationOutcome((issue,))


class Remark(Struct, frozen=True):
    """
    What a search was asked for and is not, or cannot be, answered by.

    Attributes:
        code: FHIR's own word for what kind of thing it is.
    """

    field: str
    code: str
    sentence: str


def remarked(remarks: Iterable[Remark]) -> OperationOutcome:
    """What is said of a search beside what it found."""
    return OperationOutcome(
        tuple(
            Issue("warning", one.code, diagnostics=one.sentence, expression=(one.field,)) for one in remarks
        )
    )
