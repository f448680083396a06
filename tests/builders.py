"""
Valid things to start a test from: name only what your test is about.

The small world they make, unless told otherwise:

    list 505 (§5-14 §5.5), in force from 2026-01-01
    └── 505  Utstyr ved stomi
        └── 5050101  Gruppe 5050101            in files: condition ID_VILKAR, 400 per calendar year
            └── 600007  Fjellro pose 30 mm     30 stk, E 12.50; in files P 375.00 too
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from lists.codes import (
    CONDITION_GROUP,
    CONDITION_TYPE,
    LEGAL_BASIS,
    PACK_UNIT,
    PRICE_KIND_GOODS,
    PRODUCT_GROUP,
    Code,
    ancestors,
)
from lists.edition import Draft, Edition, conditions_of
from lists.records import CodedForm, Condition, Entry, Group, Placement, Price, Supplier, Terms

FIRST_DAY = dt.date(2026, 1, 1)
GROUP = "5050101"


def a_price(amount: int = 125_000, **changes: Any) -> Price:
    """12.50 kroner per unit from the first day of 2026."""
    kind = Code("E", PRICE_KIND_GOODS, "Maksimal refusjonspris per enhet")
    return msgspec.structs.replace(Price(kind, amount, "NOK", FIRST_DAY), **changes)


def an_entry(varenr: str = "600007", **changes: Any) -> Entry:
    """A valid entry; name only what your test is about."""
    entry = Entry(
        varenr=varenr,
        kind="consumable",
        name="Fjellro pose 30 mm",
        placements=(Placement(GROUP, FIRST_DAY),),
        supplier=Supplier("Fjellro Stomi AS", "Strandgata 1, 5003 Bergen", "55 00 00 00"),
        supplier_item_number="FS 30",
        size="30 mm",
        unit=Code("stk", PACK_UNIT, "stykk"),
        pack="30",
        units_per_pack=30,
        may_exceed_max_price=False,
        prices=(a_price(),),
    )
    return msgspec.structs.replace(entry, **changes)


def entries(count: int) -> tuple[Entry, ...]:
    """So many valid entries, in order of their numbers."""
    return tuple(an_entry(f"{600_001 + number}") for number in range(count))


def a_group(code: str = GROUP, text: str = "", **changes: Any) -> Group:
    """A group of kodeverk 7403 without conditions."""
    group = Group(Code(code, PRODUCT_GROUP, text or f"Gruppe {code}"), source_id=f"RID_{code}")
    return msgspec.structs.replace(group, **changes)


def a_condition(identity: str = "ID_VILKAR", **changes: Any) -> Condition:
    """A text that binds the prescriber, without coded form."""
    condition = Condition(
        id=identity,
        text="Refusjon ytes til bruk etter stomioperasjon.",
        applies_to="prescriber",
        number="5101",
        group=Code("2", CONDITION_GROUP, "Handelsvare"),
    )
    return msgspec.structs.replace(condition, **changes)


def a_form(kind: str, *texts: str, codes: tuple[Code, ...] = ()) -> CodedForm:
    """A coded form of a type of kodeverk 7439."""
    return CodedForm(Code(kind, CONDITION_TYPE), texts, codes)


def an_edition(
    entries: Sequence[Entry] = (an_entry(),),
    *,
    groups: Iterable[Group] = (),
    conditions: Iterable[Condition] = (),
    valid_from: dt.date = FIRST_DAY,
    **terms: Any,
) -> Edition:
    """A whole edition; groups and conditions that are referred to and not given are made."""
    by_varenr = tuple(sorted(entries, key=lambda entry: entry.varenr))
    return Edition(_terms(by_varenr, groups, conditions, **terms), valid_from, by_varenr)


def a_draft(
    entries: Sequence[Entry] = (an_entry(),),
    *,
    groups: Iterable[Group] = (),
    conditions: Iterable[Condition] = (),
    terms: dict[str, Any] | None = None,
    **changes: Any,
) -> Draft:
    """A draft in which no rule finds anything; what is referred to and not given is made."""
    draft = Draft("liste.xml", _terms(entries, groups, conditions, **(terms or {})), FIRST_DAY, list(entries))
    return msgspec.structs.replace(draft, **changes)


def _terms(
    entries: Sequence[Entry], groups: Iterable[Group], conditions: Iterable[Condition], **changes: Any
) -> Terms:
    by_code = {group.code.value: group for group in groups}
    placed = {placement.group for entry in entries for placement in entry.placements}
    for code in sorted(placed - by_code.keys()):
        for needed in (*ancestors(code, PRODUCT_GROUP)[:1], code):
            by_code.setdefault(needed, a_group(needed))
    by_id = {condition.id: condition for condition in conditions}
    referred = {identity for entry in entries for identity in entry.conditions}
    referred = referred.union(*map(conditions_of, by_code.values()))
    for identity in referred - by_id.keys():
        by_id[identity] = a_condition(identity)
    terms = Terms(
        list="505",
        title="Utstyr ved stomi",
        legal_basis=Code("505", LEGAL_BASIS, "§5-14 §5.5"),
        groups=tuple(by_code[code] for code in sorted(by_code)),
        conditions=tuple(by_id[identity] for identity in sorted(by_id)),
    )
    return msgspec.structs.replace(terms, **changes)


# --- M30 as text -----------------------------------------------------------

M30 = "http://www.kith.no/xmlstds/eresept/m30/"
PAYLOAD = "http://www.kith.no/xmlstds/eresept/forskrivning/"
VERSION = "2014-12-01"
_OID = "2.16.578.1.12.4.1.1."


def cv(tag: str, value: str, system: int, text: str = "") -> str:
    """An element that carries a code."""
    return f'<{tag} V="{value}" S="{_OID}{system}" DN="{text or value}"/>'


def price_xml(amount: str = "12.50", *, kind: str = "E", system: int = 7423, days: str = "") -> str:
    """`PrisVare`; `days` goes in as written."""
    days = days or "<GyldigFraDato>2026-01-01</GyldigFraDato>"
    return f'<PrisVare>{cv("Type", kind, system)}<Pris V="{amount}" U="NOK"/>{days}</PrisVare>'


def refund_xml(*groups: str, days: str = "<GyldigFraDato>2026-01-01</GyldigFraDato>") -> str:
    """`Refusjon`: ids of refund groups, then days as written."""
    references = "".join(f"<RefRefusjonsgruppe>{group}</RefRefusjonsgruppe>" for group in groups)
    return f"<Refusjon>{references}{days}</Refusjon>"


def oppf_xml(name: str, payload: str, *, identity: str, status: str = "A") -> str:
    """An entry of a catalogue."""
    return (
        f"<{name}><Id>ID_OPPF_{identity}</Id><Tidspunkt>2025-12-10T06:00:00</Tidspunkt>"
        f'<Status V="{status}" DN="Aktiv oppføring"/>{payload}</{name}>\n'
    )


def goods_xml(
    varenr: str = "600007",
    *,
    name: str = "Fjellro pose 30 mm",
    kind: str = "MedForbMatr",
    units: str = "30",
    prices: str = price_xml() + price_xml("375.00", kind="P"),
    refund: str = refund_xml("RID_5050101"),
    status: str = "A",
    version: str = VERSION,
) -> str:
    """`OppfHandelsvare`."""
    more = (
        f"<ProduktInfoVare><ProduktNr>FS 30</ProduktNr><Volum>30 mm</Volum>"
        f"{cv('EnhetStorrelse', 'stk', 7452, 'stykk')}<AntPerPakning>{units}</AntPerPakning>"
        "<TillattMerMakspris>false</TillattMerMakspris></ProduktInfoVare>"
    )
    supplier = (
        "<Leverandor><Navn>Fjellro Stomi AS</Navn><Adresse>Strandgata 1, 5003 Bergen</Adresse>"
        "<Telefon>55 00 00 00</Telefon></Leverandor>"
    )
    payload = (
        f'<{kind} xmlns="{PAYLOAD}{version}"><Nr>{varenr}</Nr><Navn>{name}</Navn>'
        f"{more}{supplier}{prices}{refund}</{kind}>"
    )
    return oppf_xml("OppfHandelsvare", payload, identity=varenr, status=status)


def package_xml(
    varenr: str = "012345",
    *,
    gtins: Sequence[str] = (),
    prices: str = price_xml("99.90", kind="2", system=7453),
    refund: str = refund_xml("ID_G1"),
    more: str = "",
    version: str = VERSION,
) -> str:
    """`OppfLegemiddelpakning`, as far as we read it."""
    eans = "".join(f"<Ean>{gtin}</Ean>" for gtin in gtins)
    payload = (
        f'<Legemiddelpakning xmlns="{PAYLOAD}{version}">{cv("Atc", "A10AB01", 7180, "Insulin")}'
        f"<NavnFormStyrke>Havdur tab 5 mg</NavnFormStyrke>"
        f'<Reseptgruppe V="C" DN="Reseptgruppe C"/>{prices}{refund}<Id>ID_P{varenr}</Id>'
        f"<Varenr>{varenr}</Varenr>{eans}<Pakningsinfo><Pakningsstr>100</Pakningsstr>"
        f"{cv('EnhetPakning', '4', 7452, 'stk')}{cv('Pakningstype', '6', 7449, 'Blister')}</Pakningsinfo>"
        f"{more}</Legemiddelpakning>"
    )
    return oppf_xml("OppfLegemiddelpakning", payload, identity=varenr)


def group_xml(
    code: str = GROUP,
    *,
    text: str = "",
    identity: str = "",
    system: int = 7403,
    conditions: Sequence[str] = (),
    codes: str = "",
) -> str:
    """`Refusjonsgruppe`; its id is `RID_` and the code unless given."""
    references = "".join(f"<RefVilkar>{condition}</RefVilkar>" for condition in conditions)
    return (
        f"<Refusjonsgruppe><Id>{identity or 'RID_' + code}</Id>"
        f"{cv('GruppeNr', code, system, text or f'Gruppe {code}')}"
        f"<KreverRefusjonskode>{'true' if codes else 'false'}</KreverRefusjonskode>"
        f"{references}{codes}</Refusjonsgruppe>\n"
    )


def refund_code_xml(code: str = "K90", *, system: int = 7110, text: str = "", more: str = "") -> str:
    """`Refusjonskode`; conditions and further days go in as written."""
    return (
        f"<Refusjonskode>{cv('Refusjonskode', code, system, text)}"
        f"<GyldigFraDato>2026-01-01</GyldigFraDato>{more}</Refusjonskode>"
    )


def basis_xml(
    code: str = "505",
    groups: str = group_xml("505", text="Utstyr ved stomi") + group_xml(conditions=["ID_VILKAR"]),
    *,
    text: str = "",
    listed: str = "true",
    decision: str = "false",
    identity: str = "",
) -> str:
    """`OppfRefusjon`: a legal basis and its groups."""
    payload = (
        f"<Refusjonshjemmel>{cv('Refusjonshjemmel', code, 7427, text or f'§5-14 §{code[0]}.{code[-1]}')}"
        f"<KreverVarekobling>{listed}</KreverVarekobling><KreverVedtak>{decision}</KreverVedtak>"
        f"{groups}</Refusjonshjemmel>"
    )
    return oppf_xml("OppfRefusjon", payload, identity=identity or "R" + code)


def form_xml(kind: str, *texts: str) -> str:
    """`StrukturertVilkar` with values as text."""
    values = "".join(f"<VerdiTekst>{text}</VerdiTekst>" for text in texts)
    return f"<StrukturertVilkar>{cv('Type', kind, 7439)}{values}</StrukturertVilkar>"


def condition_xml(
    identity: str = "ID_VILKAR",
    *,
    text: str = "Inntil 400 stk per kalenderår.",
    applies_to: str = "2",
    days: str = "",
    forms: str = form_xml("15", "400"),
) -> str:
    """`OppfVilkar`."""
    payload = (
        f"<Vilkar><Id>{identity}</Id><VilkarNr>5101</VilkarNr>{cv('Gruppe', '2', 7437, 'Handelsvare')}"
        f'<GjelderFor V="{applies_to}" DN="Utleverer"/><Tekst>{text}</Tekst>{days}{forms}</Vilkar>'
    )
    return oppf_xml("OppfVilkar", payload, identity=identity)


def an_m30_file(
    *,
    goods: str | None = goods_xml(),
    packages: str | None = None,
    bases: str = basis_xml(),
    conditions: str = condition_xml(),
    received: str = "2025-12-15T06:00:00",
    helfo: str = "2026-01-01",
    version: str = VERSION,
) -> bytes:
    """A full extract of one list with one product, as the official schema has it; None: no such catalogue."""
    day = f"<GyldigFradatoHelfo>{helfo}</GyldigFradatoHelfo>" if helfo else ""
    parts = [f"<HentetDato>{received}</HentetDato>{day}\n" if received else day]
    if packages is not None:
        parts.append(f"<KatLegemiddelpakning>{packages}</KatLegemiddelpakning>\n")
    if goods is not None:
        parts.append(f"<KatHandelsvare>{goods}</KatHandelsvare>\n")
    parts.append(f"<KatRefusjon>{bases}</KatRefusjon>\n<KatVilkar>{conditions}</KatVilkar>\n")
    whole = f'<?xml version="1.0" encoding="UTF-8"?>\n<FEST xmlns="{M30}{version}">{"".join(parts)}</FEST>\n'
    return whole.encode()
