"""
Homes with releases in them, as far as those who only read the tables need them.

The story they tell, on the lists 505 and 502:

    release 1, from 2026-01-01   505: 600007 at 12.50, 600008, 600009       502: 600009
                                 5050101 is limited to 400 per calendar year and needs its own prescription
    release 2, from 2026-04-01   505: 600007 at 13.00, 600009, 600010 from another supplier; the limit is 300
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import msgspec

from app.home import Home, switch
from ingest import store
from ingest.write import Addition, write
from lists.codes import LEGAL_BASIS, YES_NO, Code
from lists.edition import Edition
from lists.records import Group, Placement, Supplier
from tests.builders import a_condition, a_form, a_group, a_price, an_edition, an_entry

APRIL = dt.date(2026, 4, 1)
_TEXTS_ONLY = a_condition("ID_TEKST", text="Refusjon ytes bare etter stomioperasjon.")
_OWN = a_condition("ID_EGEN", coded=(a_form("11", codes=(Code("1", YES_NO, "Ja"),)),))


def first_editions() -> tuple[Edition, ...]:
    """What release 1 brings."""
    return _stoma(dt.date(2026, 1, 1), 125_000, "400", ("600007", "600008", "600009")), _urine()


def second_editions() -> tuple[Edition, ...]:
    """What release 2 brings: a price up, a product gone, one new, a tighter limit."""
    return (_stoma(APRIL, 130_000, "300", ("600007", "600009", "600010")),)


def publish(home: Home, release: int, editions: Sequence[Edition]) -> Path:
    """Make the snapshot of a release, with nothing but its tables, and switch to it."""
    snapshot = home.snapshot(release)
    snapshot.mkdir(parents=True)
    former = home.snapshot(release - 1) / "lists.db" if release > 1 else None
    write_tables(snapshot / "lists.db", release, editions, former=former)
    (snapshot / "manifest.json").write_text("{}", encoding="utf-8")
    switch(home, release)
    return snapshot


def write_tables(
    target: Path, release: int, editions: Sequence[Edition], *, former: Path | None = None
) -> None:
    """The lists.db of a release."""
    made = store.Release(release, dt.datetime(2025, 12, release, tzinfo=dt.UTC))
    write(target, former=former, release=made, additions=map(Addition, editions))


def both_releases(directory: Path) -> Path:
    """A lists.db that holds the whole story."""
    write_tables(directory / "1.db", 1, first_editions())
    write_tables(directory / "lists.db", 2, second_editions(), former=directory / "1.db")
    return directory / "lists.db"


def _stoma(valid_from: dt.date, price: int, limit: str, numbers: Sequence[str]) -> Edition:
    limited = a_condition("ID_GRENSE", coded=(a_form("15", limit), a_form("16", "100")), applies_to="both")
    made = [an_entry(number, prices=(a_price(price),)) for number in numbers]
    made = [_of_nobody_else(entry) if entry.varenr == "600010" else entry for entry in made]
    # The limit is repeated down the tree, as the real lists do it.
    groups = (
        _bound("505", "ID_TEKST"),
        _bound("50501", "ID_GRENSE"),
        _bound("5050101", "ID_EGEN", "ID_GRENSE"),
        a_group("5050102", "Tom gruppe"),
    )
    return an_edition(made, groups=groups, conditions=(_TEXTS_ONLY, limited, _OWN), valid_from=valid_from)


def _bound(code: str, *conditions: str) -> Group:
    return a_group(code, conditions=conditions)


def _of_nobody_else(entry):
    return msgspec.structs.replace(entry, supplier=Supplier("Havblikk AS"), name="Havblikk pose")


def _urine() -> Edition:
    ends = Placement("5020101", dt.date(2026, 1, 1), prescribe_until=dt.date(2026, 5, 31))
    entry = an_entry("600009", placements=(ends,))
    basis = Code("502", LEGAL_BASIS, "§5-14 §5.2")
    return an_edition((entry,), list="502", title="Utstyr ved urinretensjon", legal_basis=basis)
