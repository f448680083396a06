"""The public JSON of a check: the question about one dispensing, and its answer."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from app.shapes import EntryShape, MoneyShape, ScopeShape

MOST_LINES, MOST_ALREADY, MOST_CHECKS = 100, 1000, 100
_AMOUNT_LIMIT = 1_000_000

Count = Annotated[int, Meta(ge=1, le=_AMOUNT_LIMIT)]


class RefundCodeField(Struct, frozen=True, forbid_unknown_fields=True):
    """The diagnosis; `system` is an OID, `icd-10` or `icpc-2`."""

    code: str
    system: str


class PrescriberField(Struct, frozen=True, forbid_unknown_fields=True):
    """Who wrote it; an absent fact is unknown, never false. Specialties are codes of kodeverk 7426."""

    specialties: tuple[str, ...] | None = None
    hospital: bool | None = None


class PrescriptionField(Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a prescription; `code` is a list (505, 200), or a group of 5 or 7 digits."""

    code: str
    written_on: dt.date
    refund_code: RefundCodeField | None = None
    decision: bool | None = None
    prescriber: PrescriberField | None = None
    patient_age: Annotated[int, Meta(ge=0, le=150)] | None = None
    strips_per_day: Annotated[int, Meta(ge=0, le=1000)] | None = None


class LineField(Struct, frozen=True, forbid_unknown_fields=True):
    """One product to hand out, in packs or in units."""

    varenr: str
    packs: Count | None = None
    units: Count | None = None


class AlreadyField(Struct, frozen=True, forbid_unknown_fields=True):
    """What was handed out before; one without `code` counts under every list."""

    varenr: str
    units: Count
    on: dt.date
    code: str | None = None


class CheckQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """One dispensing. Nothing of it is stored; it takes no name and no national number."""

    prescription: PrescriptionField
    dispensed_on: dt.date
    lines: Annotated[tuple[LineField, ...], Meta(min_length=1, max_length=MOST_LINES)]
    already: Annotated[tuple[AlreadyField, ...], Meta(max_length=MOST_ALREADY)] | None = None
    known_at: str | None = None


class BatchQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """Up to a hundred dispensings, judged each by itself."""

    checks: Annotated[tuple[CheckQuestion, ...], Meta(min_length=1, max_length=MOST_CHECKS)]


class ReasonShape(Struct, frozen=True):
    """Why: a code for machines, a sentence for people, the condition and the edition it was judged by."""

    code: str
    text: str
    field: str | None
    would_cover: str | None
    condition: str | None
    edition: str | None


class NotJudgedShape(Struct, frozen=True):
    """A condition that only a person can judge."""

    condition: str
    text: str


class LimitUseShape(Struct, frozen=True):
    """A limit and how far it is used; all numbers are units, `used` is what `already` tells."""

    max: int
    unit: str
    per: str
    scope: ScopeShape
    condition: str
    used: int
    asked: int
    left_before: int
    left_after: int


class CheckLine(Struct, frozen=True):
    """One line's judgement; `entry` is the list entry it was judged by, null where there is none."""

    varenr: str
    verdict: str
    reasons: tuple[ReasonShape, ...]
    not_judged: tuple[NotJudgedShape, ...]
    entry: EntryShape | None
    units: int | None
    limits: tuple[LimitUseShape, ...]
    max_reimbursement: MoneyShape | None


class CheckAnswer(Struct, frozen=True):
    """The judgement of a dispensing: `no` before `ask` before `yes`."""

    release: int
    verdict: str
    not_judged: tuple[NotJudgedShape, ...]
    lines: tuple[CheckLine, ...]


class BatchAnswer(Struct, frozen=True):
    """One answer for each check, in their order."""

    release: int
    items: tuple[CheckAnswer, ...]
