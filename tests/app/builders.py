"""
A home with history in it, made by real publishes of small M30 files; its clock stands at 15 June 2026.

    release  public      what
    1        2025-12-15  505, 502, 504 and 604 from 2026-01-01
    2        2026-01-20  200 (medicines, with refund codes) from 2026-01-15
    3        2026-03-10  a correction of 505 for 2026-01-01: 600007 costs 11.50 and not 12.50
    4        2026-03-20  505 from 2026-04-01: 600008 goes, 600013 comes, 600009 is renamed, 600007 costs 13.00
    5        2026-03-25  504 ends on 2026-04-01
    6        2026-06-10  505 from 2026-07-01: 600013 goes, 600014 comes

    505  Utstyr ved stomi          text that binds
    ├── 50501                      400 per calendar year (repeated below)
    │   ├── 5050101                600007 600008 600009 600010 600011 600013 600014
    │   └── 5050102                600007 too; needs its own prescription, 100 per dispensing
    502  Utstyr ved urinretensjon
    └── 5020101                    600009 (under its first name) 600012
    504  (ends)
    └── 5040101                    600020
    604  decision needed, unlisted products may be reimbursed
    └── 6040101                    600030
    200  A10A                      012345 under K90 (ICD-10 side)

600010 may be prescribed to 2026-05-31 and dispensed to 2026-08-31; 600011 ended on 2026-04-30.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import time_machine

from app.home import Home
from app.publish.acts import close_list, take_in
from app.publish.drafting import Why
from app.publish.making import make_home
from app.publish.readings import Request
from app.publish.wishes import Wish
from ingest.reading import FirstDays
from tests.app.homes import ANY_GATE, SMALL
from tests.builders import (
    an_m30_file,
    basis_xml,
    condition_xml,
    form_xml,
    goods_xml,
    group_xml,
    package_xml,
    price_xml,
    refund_code_xml,
    refund_xml,
)

NOW = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)
HOSTILE_NAME = "&lt;script&gt;alert(1)&lt;/script&gt; \u202egnoruv\u202c &amp; Ærlig"


class Good(msgspec.Struct, frozen=True):
    """A product of a file, as short as a story tells it."""

    varenr: str
    groups: tuple[str, ...] = ("5050101",)
    name: str = "Fjellro pose 30 mm"
    price: str = "12.50"
    supplier: str = "Fjellro Stomi AS"
    last_days: str = ""

    def xml(self) -> str:
        """`OppfHandelsvare`."""
        begins = "<GyldigFraDato>2026-01-01</GyldigFraDato>"
        refund = refund_xml(*(f"RID_{group}" for group in self.groups), days=begins + self.last_days)
        prices = price_xml(self.price) + price_xml("375.00", kind="P")
        made = goods_xml(self.varenr, name=self.name, prices=prices, refund=refund)
        return made.replace("Fjellro Stomi AS", self.supplier)


def last_days(prescribe_until: str, dispense_until: str) -> str:
    """The two last days of a product in its groups."""
    return (
        f"<ForskrivesTilDato>{prescribe_until}</ForskrivesTilDato>"
        f"<UtleveresTilDato>{dispense_until}</UtleveresTilDato>"
    )


STOMA = basis_xml(
    "505",
    group_xml("505", text="Utstyr ved stomi", conditions=["ID_TEKST"])
    + group_xml("50501", text="Stomiposer", conditions=["ID_GRENSE"])
    + group_xml("5050101", text="Poser med filter", conditions=["ID_GRENSE"])
    + group_xml("5050102", text="Poser for barn", conditions=["ID_EGEN", "ID_GANG"]),
)
URINE = basis_xml(
    "502",
    group_xml("502", text="Utstyr ved urinretensjon") + group_xml("5020101", text="Katetre"),
)
ENDING = basis_xml("504", group_xml("504", text="Diabetesutstyr") + group_xml("5040101", text="Lansetter"))
DECIDED = basis_xml(
    "604",
    group_xml("604", text="Næringsmidler etter vedtak") + group_xml("6040101", text="Fortykning"),
    listed="false",
    decision="true",
)
_BOUND = "<Refusjonsvilkar><RefVilkar>ID_KODE</RefVilkar><FraDato>2026-01-01</FraDato></Refusjonsvilkar>"
MEDICINES = basis_xml(
    "200",
    group_xml(
        "A10A",
        text="Insuliner",
        identity="ID_G1",
        system=7451,
        codes=refund_code_xml("K90", text="Intestinal malabsorpsjon", more=_BOUND),
    ),
)
CONDITIONS = (
    condition_xml("ID_TEKST", text="Refusjon ytes bare etter stomioperasjon.", applies_to="1", forms="")
    + condition_xml("ID_GRENSE", text="Inntil 400 stk per kalenderår.", forms=form_xml("15", "400"))
    + condition_xml("ID_EGEN", text="Krever egen resept.", applies_to="1", forms=form_xml("11", "1"))
    + condition_xml("ID_GANG", text="Inntil 100 stk per utlevering.", forms=form_xml("16", "100"))
)

FIRST = (
    Good("600007", ("5050101", "5050102")),
    Good("600008", supplier="Havblikk Å AS", name="Havblikk pose"),
    Good("600009", ("5050101", "5020101"), name="Delt pose"),
    Good("600010", last_days=last_days("2026-05-31", "2026-08-31"), name="Snart ute"),
    Good("600011", last_days=last_days("2026-03-31", "2026-04-30"), name="Helt ute"),
)
OTHERS = (
    Good("600012", ("5020101",), name="Kateter 12"),
    Good("600020", ("5040101",), name="Lansett"),
    Good("600030", ("6040101",), name="Fortykning"),
)
CORRECTED = (
    Good("600007", ("5050101", "5050102"), price="11.50"),
    FIRST[1],
    Good("600009", name="Delt pose"),
    *FIRST[3:],
)
SPRING = (
    Good("600007", ("5050101", "5050102"), price="13.00"),
    Good("600009", name="Delt pose, ny"),
    *FIRST[3:],
    Good("600013", name="Vårpose"),
)
SUMMER = (*SPRING[:-1], Good("600014", name=HOSTILE_NAME))


def stoma_file(goods: Iterable[Good], *, helfo: str) -> bytes:
    """A file that speaks of 505 only."""
    return an_m30_file(goods=_goods(goods), bases=STOMA, conditions=CONDITIONS, helfo=helfo)


def first_file() -> bytes:
    """The file of release 1."""
    bases = STOMA + URINE + ENDING + DECIDED
    return an_m30_file(goods=_goods((*FIRST, *OTHERS)), bases=bases, conditions=CONDITIONS)


def medicines_file() -> bytes:
    """The file of release 2."""
    return an_m30_file(
        goods=None,
        packages=package_xml(),
        bases=MEDICINES,
        conditions=condition_xml("ID_KODE", text="Bare ved påvist svikt.", forms=""),
        helfo="2026-01-15",
    )


def make_storied_home(path: Path) -> Home:
    """The home of the story above; the clock must stand at NOW."""
    home = an_empty_home(path)
    publish_file(home, first_file(), at="2025-12-15")
    publish_file(home, medicines_file(), at="2026-01-20", first_day=dt.date(2026, 1, 15))
    publish_file(home, stoma_file(CORRECTED, helfo="2026-01-01"), at="2026-03-10")
    publish_file(home, stoma_file(SPRING, helfo="2026-04-01"), at="2026-03-20")
    public = dt.datetime(2026, 3, 25, tzinfo=dt.UTC)
    wish = Wish("Avviklet", public, ANY_GATE, SMALL, complete=False)
    close_list(home, "504", dt.date(2026, 4, 1), why=Why("test"), wish=wish)
    publish_file(home, stoma_file(SUMMER, helfo="2026-07-01"), at="2026-06-10", complete=True)
    return home


def an_empty_home(path: Path) -> Home:
    """A home after `init`, in which nothing is published."""
    home = Home(path)
    make_home(home, approvals=0)
    return home


def publish_file(
    home: Home,
    content: bytes,
    *,
    at: str | None = None,
    first_day: dt.date | None = None,
    complete: bool = False,
) -> int:
    """Publish a file's bytes, dated back to a day where one is given; returns the release."""
    path = home.path / "liste.xml"
    path.write_bytes(content)
    published_at = dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC) if at is not None else None
    wish = Wish(f"note {at}", published_at, ANY_GATE, SMALL, complete=complete)
    taken = take_in(home, str(path), Request(None, FirstDays(all=first_day)), by="test", wish=wish)
    path.unlink()
    assert taken.release is not None, taken.prepared.problems
    return taken.release


def clock_at(instant: dt.datetime = NOW) -> time_machine.travel:
    """The clock stands somewhere else and goes on from there."""
    return time_machine.travel(instant, tick=True)


def _goods(goods: Sequence[Good] | Iterable[Good]) -> str:
    return "".join(good.xml() for good in sorted(goods, key=lambda good: good.varenr))
