"""A check against a snapshot: the lists of any day as known at one release, answered in public shapes."""

import datetime as dt

import msgspec

from app.checks import (
    AlreadyField,
    CheckAnswer,
    CheckLine,
    CheckQuestion,
    LimitUseShape,
    NotJudgedShape,
    PrescriptionField,
    ReasonShape,
)
from app.questions import bad
from app.read.products import entry_shape
from app.read.terms import TermsIndex
from app.shapes import EntryShape, MoneyShape, ScopeShape
from app.snapshot import Snapshot
from app.words import fill
from app.words.forms import as_told, number_told
from lists.coverage import check
from lists.money import format_amount
from lists.prescribing import list_of
from lists.prescription import (
    SIDES,
    Already,
    Diagnosis,
    Dispensing,
    LimitUse,
    Line,
    LineAnswer,
    Listed,
    ListOnDay,
    Prescription,
    Reason,
)
from lists.records import Entry
from lists.timeline import EditionMark

SECTION_7 = "§ 7"

_NAME_ANOTHER = ("not-under-this-prescription", "list-closed")
"""Reasons whose sentence goes on with a code that would cover the product, where there is one."""


class KnownLists:
    """
    All lists of a snapshot on any day, as known at one release.

    Args:
        group: Products stand in this group alone, where one is asked about.
    """

    def __init__(self, snapshot: Snapshot, release: int, group: str | None = None) -> None:
        self._snapshot, self._release, self._group = snapshot, release, group
        self._marks: dict[tuple[str, dt.date], EditionMark | None] = {}
        self._codes = tuple(
            sorted(
                code
                for code, line in snapshot.timelines.items()
                if any(mark.release <= release for mark in line.marks)
            )
        )

    def codes(self) -> tuple[str, ...]:
        """The codes of all lists, sorted."""
        return self._codes

    def on(self, code: str, day: dt.date) -> ListOnDay | None:
        """A list on a day; None before its first edition."""
        mark = self._mark(code, day)
        return self._snapshot.index(mark).on_day if mark is not None else None

    def index(self, code: str, day: dt.date) -> TermsIndex:
        """The terms of a list that has an edition on that day."""
        mark = self._mark(code, day)
        assert mark is not None
        return self._snapshot.index(mark)

    def entry(self, code: str, varenr: str, day: dt.date) -> Entry | None:
        """A product on a list on a day."""
        mark = self._mark(code, day)
        entry = self._snapshot.entry(mark, varenr) if mark is not None else None
        return entry if entry is None or self._group is None else _within(entry, self._group)

    def _mark(self, code: str, day: dt.date) -> EditionMark | None:
        key = (code, day)
        if key not in self._marks:
            self._marks[key] = self._snapshot.timelines[code].in_force(day, self._release)
        return self._marks[key]


def checked(
    snapshot: Snapshot, question: CheckQuestion, *, release: int, lang: str, group: str | None = None
) -> CheckAnswer:
    """
    Judge one dispensing.

    Args:
        lang: Language of the reasons' sentences.
        group: Judge products by their entries in this group alone; by the best where None.

    Raises:
        BadQuestion: A day lies after the dispensing, a code is none, a line says no amount.
    """
    lists = KnownLists(snapshot, release, group)
    dispensing = _dispensing(question)
    _refuse_impossible(lists, dispensing)
    answer = check(lists, dispensing)
    return CheckAnswer(
        release=release,
        verdict=answer.verdict,
        not_judged=(NotJudgedShape(SECTION_7, fill("verdict.three-months.text", lang, {})),),
        lines=tuple(_line(lists, line, question.dispensed_on, lang) for line in answer.lines),
    )


def _within(entry: Entry, group: str) -> Entry | None:
    """An entry as it stands in one group; None where it does not."""
    placements = tuple(placement for placement in entry.placements if placement.group == group)
    return msgspec.structs.replace(entry, placements=placements) if placements else None


# --- the question ----------------------------------------------------------


def _dispensing(question: CheckQuestion) -> Dispensing:
    asked: PrescriptionField = question.prescription
    prescriber = asked.prescriber
    return Dispensing(
        Prescription(
            code=asked.code,
            written_on=asked.written_on,
            refund_code=_diagnosis(asked),
            decision=asked.decision,
            specialties=prescriber.specialties if prescriber is not None else None,
            hospital=prescriber.hospital if prescriber is not None else None,
            patient_age=asked.patient_age,
            strips_per_day=asked.strips_per_day,
        ),
        question.dispensed_on,
        tuple(Line(line.varenr, line.packs, line.units) for line in question.lines),
        tuple(map(_already, question.already)) if question.already is not None else None,
    )


def _diagnosis(asked: PrescriptionField) -> Diagnosis | None:
    if asked.refund_code is None:
        return None
    code, system = asked.refund_code.code, asked.refund_code.system
    if system not in SIDES:
        raise bad("bad-code", "prescription.refund_code.system", system, "diagnosis-system")
    return Diagnosis(code, system)


def _already(item: AlreadyField) -> Already:
    return Already(item.varenr, item.units, item.on, item.code)


def _refuse_impossible(lists: KnownLists, dispensing: Dispensing) -> None:
    """What cannot be is refused, not judged (rules 16 and 21)."""
    asked, day = dispensing.prescription, dispensing.dispensed_on
    if asked.written_on > day:
        raise bad("bad-date", "prescription.written_on", str(asked.written_on), "not-after-dispensing")
    if list_of(lists, asked.code, day) is None and list_of(lists, asked.code, asked.written_on) is None:
        raise bad("bad-code", "prescription.code", asked.code, "prescription-code")
    for place, item in enumerate(dispensing.already or ()):
        if item.on > day:
            raise bad("bad-date", f"already[{place}].on", str(item.on), "not-after-dispensing")
    for place, line in enumerate(dispensing.lines):
        if (line.packs is None) == (line.units is None):
            raise bad("bad-request", f"lines[{place}]", line.varenr, "packs-or-units")


# --- the answer ------------------------------------------------------------


def _line(lists: KnownLists, line: LineAnswer, day: dt.date, lang: str) -> CheckLine:
    money = None
    if line.amount is not None and line.currency is not None:
        money = MoneyShape(format_amount(line.amount), line.currency)
    return CheckLine(
        varenr=line.varenr,
        verdict=line.verdict,
        reasons=tuple(_reason(reason, lang) for reason in line.reasons),
        not_judged=tuple(NotJudgedShape(known.condition, known.text) for known in line.not_judged),
        entry=_entry(lists, line.listed, day),
        units=line.units,
        limits=tuple(map(_limit, line.limits)),
        max_reimbursement=money,
    )


def _entry(lists: KnownLists, listed: Listed | None, day: dt.date) -> EntryShape | None:
    if listed is None:
        return None
    return entry_shape(lists.index(listed.on.terms.list, day), listed.entry, listed.placement.group)


def _reason(reason: Reason, lang: str) -> ReasonShape:
    return ReasonShape(
        code=reason.code,
        text=_sentence(reason, lang),
        field=reason.field,
        would_cover=reason.would_cover,
        condition=reason.condition,
        edition=reason.edition,
    )


def _sentence(reason: Reason, lang: str) -> str:
    facts = {
        "edition": reason.edition or "",
        "field": reason.field or "",
        "would_cover": reason.would_cover or "",
        "condition": reason.condition_text or "",
        "found": as_told(reason.found or "", lang),
        "limit": "",
    }
    if reason.limit is not None and reason.found is not None:
        facts |= {"found": number_told(int(reason.found), lang), "limit": number_told(reason.limit, lang)}
    parts = ["undated" if reason.field == "written_on" else "text"]
    if reason.code in _NAME_ANOTHER and reason.would_cover is not None:
        parts.append("nearest")
    return " ".join(fill(f"verdict.{reason.code}.{part}", lang, facts).strip() for part in parts)


def _limit(use: LimitUse) -> LimitUseShape:
    return LimitUseShape(
        max=use.limit.max,
        unit=use.unit,
        per=use.limit.per,
        scope=ScopeShape("group", (use.group,)),
        condition=use.limit.condition,
        used=use.used,
        asked=use.asked,
        left_before=use.left_before,
        left_after=use.left_after,
    )
