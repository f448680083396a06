"""Hypothesis strategies for editions: small, whole, with every optional field now there and now not."""

import datetime as dt

from hypothesis import settings
from hypothesis import strategies as st

from lists.codes import Code
from lists.edition import Edition, referred_conditions
from lists.records import (
    CodedForm,
    Condition,
    ConditionReference,
    Entry,
    Group,
    Medicine,
    Placement,
    Price,
    RefundCode,
    Supplier,
    Terms,
)

few = settings(max_examples=25)
"""For laws over editions: each takes a few hundredths of a second to draw."""

# Few keys, so that two editions share some; texts with what databases and files stumble over.
VARENR = ("000001", "012345", "600007", "999999")
GROUPS = ("505", "5050101", "5050102", "Å #1", "ß")
CONDITIONS = ("ID_1", "ID_2", "K90 'æ'")

texts = st.sampled_from(("", "a", "b", "0", "Æ ø å", "A\u030a", "ß", "'\"", "# |;%", "x\ny", "😀", "\u0000"))
words = st.sampled_from(("a", "b", "012", "æ"))
days = st.sampled_from(tuple(dt.date(2025, 12, 30) + dt.timedelta(days=count) for count in range(5)))
maybe_day = st.none() | days
maybe_text = st.none() | texts
any_code = st.sampled_from((Code("1", "x"), Code("01", "x"), Code("1", "y", "ja"), Code("", "", "")))
maybe_code = st.none() | any_code
some_conditions = st.lists(st.sampled_from(CONDITIONS), unique=True, max_size=2).map(sorted).map(tuple)

prices = st.builds(
    Price, any_code, st.integers(0, 10**14), st.sampled_from(("NOK", "GBP")), maybe_day, maybe_day
)
suppliers = st.builds(Supplier, texts, texts, texts)
medicines = st.builds(
    Medicine, maybe_code, maybe_code, maybe_code, maybe_code, texts, texts, texts, texts, texts
)
references = st.builds(ConditionReference, st.sampled_from(CONDITIONS), maybe_day, maybe_day)
forms = st.builds(
    CodedForm, any_code, st.lists(texts, max_size=2).map(tuple), st.lists(any_code, max_size=2).map(tuple)
)
refund_codes = st.builds(
    RefundCode,
    st.builds(Code, words, st.sampled_from(("icd", "icpc")), texts),
    st.lists(words, max_size=2).map(tuple),
    maybe_day,
    maybe_day,
    maybe_day,
    st.lists(references, max_size=2).map(lambda known: tuple(sorted(known, key=lambda one: one.condition))),
)


def _by_code(known: list[RefundCode]) -> tuple[RefundCode, ...]:
    return tuple(sorted(known, key=lambda refund: (refund.code.system, refund.code.value)))


def groups_of(code: str) -> st.SearchStrategy[Group]:
    """Groups with this code."""
    return st.builds(
        Group,
        st.builds(Code, st.just(code), words, texts),
        texts,
        maybe_text,
        maybe_code,
        st.booleans(),
        maybe_text,
        some_conditions,
        st.lists(refund_codes, max_size=2).map(_by_code),
    )


def conditions_of(identity: str) -> st.SearchStrategy[Condition]:
    """Conditions with this id."""
    return st.builds(
        Condition,
        st.just(identity),
        texts,
        st.sampled_from(("prescriber", "dispenser", "both")),
        texts,
        maybe_code,
        maybe_day,
        maybe_day,
        st.lists(forms, max_size=2).map(tuple),
        st.none() | st.sampled_from(CONDITIONS),
    )


def entries_in(groups: list[str]) -> st.SearchStrategy[tuple[Entry, ...]]:
    """Entries, each once, in some of these groups."""
    placed = st.lists(st.sampled_from(groups), min_size=1, max_size=2, unique=True).map(sorted)
    placements = placed.flatmap(
        lambda codes: st.tuples(
            *(st.builds(Placement, st.just(code), maybe_day, maybe_day, maybe_day) for code in codes)
        )
    )
    entry = st.builds(
        Entry,
        varenr=st.sampled_from(VARENR),
        kind=st.sampled_from(("consumable", "medicine")),
        name=texts,
        placements=placements,
        supplier=st.none() | suppliers,
        supplier_item_number=maybe_text,
        size=maybe_text,
        unit=maybe_code,
        pack=maybe_text,
        units_per_pack=st.none() | st.integers(0, 10**9),
        gtins=st.lists(words, max_size=2, unique=True).map(sorted).map(tuple),
        may_exceed_max_price=st.none() | st.booleans(),
        prices=st.lists(prices, max_size=3).map(tuple),
        conditions=some_conditions,
        medicine=st.none() | medicines,
    )
    some = st.lists(entry, max_size=3, unique_by=lambda known: known.varenr)
    return some.map(lambda known: tuple(sorted(known, key=lambda one: one.varenr)))


@st.composite
def editions(draw: st.DrawFn, *, list_code: str = "505") -> Edition:
    """A whole edition of a list."""
    codes = sorted(draw(st.lists(st.sampled_from(GROUPS), min_size=1, max_size=3, unique=True)))
    entries = draw(entries_in(codes))
    terms = Terms(
        list=list_code,
        title=draw(texts),
        legal_basis=draw(any_code),
        requires_listed_product=draw(st.booleans()),
        requires_decision=draw(st.booleans()),
        groups=tuple(draw(groups_of(code)) for code in codes),
    )
    referred = sorted(referred_conditions(terms, entries))
    terms = Terms(
        *(terms.list, terms.title, terms.legal_basis, terms.requires_listed_product, terms.requires_decision),
        groups=terms.groups,
        conditions=tuple(draw(conditions_of(identity)) for identity in referred),
    )
    return Edition(terms, draw(days), entries)
