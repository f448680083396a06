"""Draws editions: small lists of the same few products, now on one list and now on another."""

import datetime as dt
import random
from io import BytesIO

from ingest.m30.write import write_m30
from lists.codes import CONDITION_TYPE, LEGAL_BASIS, PRICE_KIND_GOODS, Code
from lists.edition import Edition
from lists.records import CodedForm, Condition, Entry, Placement, Price
from tests.builders import a_condition, a_group, an_edition, an_entry
from tests.soak.history import Known

LISTS = {"505": ("5050101", "5050901"), "502": ("5020101", "5020201")}
NUMBERS = tuple(str(600_001 + 37 * place) for place in range(14))
NEVER_LISTED = "699999"
WORDS = ("Fjellro", "Havdur", "Skogli", "Myrull", "Vindskar", "Bregne")
_MOST_AT_A_TIME = (100, 250, 400)


def drawn(rng: random.Random, known: Known, today: dt.date) -> Edition:
    """An edition of one list that differs from what holds on its first day."""
    while True:
        edition = _edition(rng, today)
        former = known.in_force(edition.terms.list, edition.valid_from)
        if former is None or former.edition.entries != edition.entries:
            return edition


def as_file(edition: Edition) -> bytes:
    """An M30 file that says what the edition does."""
    stream = BytesIO()
    write_m30([edition], stream, received="2025-12-15T06:00:00", helfo_valid_from=edition.valid_from)
    return stream.getvalue()


def days(today: dt.date) -> list[dt.date]:
    """The days on which editions begin, and which are asked for; some lie ahead."""
    return [today + dt.timedelta(days=count) for count in (-200, -90, -30, -7, 0, 12, 40)]


def _edition(rng: random.Random, today: dt.date) -> Edition:
    code = rng.choice(sorted(LISTS))
    first_day = rng.choice(days(today))
    chosen = sorted(rng.sample(NUMBERS, rng.randint(3, len(NUMBERS))))
    conditions = [_condition(rng, f"ID_{group}") for group in LISTS[code]]
    groups = [a_group(code)]
    groups += [
        a_group(group, conditions=(bound.id,)) for group, bound in zip(LISTS[code], conditions, strict=True)
    ]
    entries = [_entry(rng, varenr, code, first_day) for varenr in chosen]
    terms = {"list": code, "legal_basis": Code(code, LEGAL_BASIS, f"§5-14 §5.{code[-1]}")}
    return an_edition(entries, groups=groups, conditions=conditions, valid_from=first_day, **terms)


def _condition(rng: random.Random, identity: str) -> Condition:
    kind, most = rng.choice(("15", "16")), str(rng.choice(_MOST_AT_A_TIME))
    return a_condition(
        identity,
        text=f"Inntil {most} stk.",
        applies_to="dispenser",
        coded=(CodedForm(Code(kind, CONDITION_TYPE), (most,)),),
    )


def _entry(rng: random.Random, varenr: str, code: str, first_day: dt.date) -> Entry:
    group = rng.choice(LISTS[code])
    leaving = rng.random() < 0.3
    dispense_until = first_day + dt.timedelta(days=rng.choice((20, 60))) if leaving else None
    prescribe_until = first_day + dt.timedelta(days=10) if leaving and rng.random() < 0.5 else None
    return an_entry(
        varenr,
        name=f"{rng.choice(WORDS)} pose {varenr}",
        placements=(Placement(group, first_day, prescribe_until, dispense_until),),
        prices=(Price(Code("E", PRICE_KIND_GOODS), rng.randint(10, 9_999) * 100, "NOK", first_day),),
    )
