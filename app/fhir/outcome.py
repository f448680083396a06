"""A refusal, or a remark, as FHIR tells it."""

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
    "method-not-allowed": "not-supported",
    "not-acceptable": "not-supported",
    "not-listed": "deleted",
    "busy": "transient",
    "internal": "exception",
    "too-large": "too-long",
}
"""FHIR's words for our NAMEs of problems; what is not there is "not-found", all else "invalid"."""


def refused(name: str, status: int, sentence: str, field: str = "") -> OperationOutcome:
    """
    A refusal.

    Args:
        name: The NAME of the problem.
        status: The HTTP status it is sent with.
        field: The parameter that cannot be used.
    """
    code = CODES.get(name, "not-found" if status == 404 else "invalid")
    issue = Issue("error", code, CodeableConcept(text=name), sentence, (field,) if field else ())
    return OperationOutcome((issue,))


def left_out(remarks: list[tuple[str, str]]) -> OperationOutcome:
    """
    What a search left out of account.

    Args:
        remarks: Each parameter with the sentence that says so.
    """
    return OperationOutcome(
        tuple(
            Issue("warning", "not-supported", diagnostics=sentence, expression=(field,))
            for field, sentence in remarks
        )
    )
