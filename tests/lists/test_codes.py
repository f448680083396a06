"""Codes: exact text, leading zeros kept, check digits counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lists.codes import (
    PRODUCT_GROUP,
    REIMBURSEMENT_AREA,
    ancestors,
    parse_gtin,
    parse_list,
    parse_snomed,
    parse_varenr,
)
from lists.errors import BadCode

digits = st.text(alphabet="0123456789")


def refusal(parse, text: str) -> str:
    with pytest.raises(BadCode) as refused:
        parse(text)
    assert refused.value.facts == {"found": text}
    return refused.value.reason


@given(st.integers(0, 999_999))
def test_a_varenr_keeps_its_leading_zeros(number):
    assert parse_varenr(f"{number:06d}") == f"{number:06d}"


@pytest.mark.parametrize(
    "text", ["", "12345", "1234567", "12345a", " 12345", "123456\n", "-12345", "12345.", "١٢٣٤٥٦"]
)
def test_a_number_that_lost_its_zero_is_not_completed(text):
    assert refusal(parse_varenr, text) == "varenr-form"


@pytest.mark.parametrize("code", ["505", "900", "IXC", "SAS", "200"])
def test_a_list_is_named_by_digits_or_capitals(code):
    assert parse_list(code) == code


@pytest.mark.parametrize("text", ["", "5", "5 05", "505\n", "ixc", "§5", "ÆØÅ", "123456789", "505/1"])
def test_every_other_list_name_is_refused(text):
    assert refusal(parse_list, text) == "list-form"


@pytest.mark.parametrize("gtin", ["96385074", "036000291452", "4006381333931", "10614141000415"])
def test_a_gtin_of_each_length_is_read(gtin):
    assert parse_gtin(gtin) == gtin


@pytest.mark.parametrize("text", ["", "7", "123456789", "70462601488401", "704626014884O", "7046 260148840"])
def test_a_gtin_of_another_form_is_refused(text):
    assert refusal(parse_gtin, text) in {"gtin-form", "gtin-check-digit"}


def _with_gtin_digit(body: str) -> str:
    return next(body + last for last in "0123456789" if _reads(parse_gtin, body + last))


def _with_verhoeff_digit(body: str) -> str:
    return next(body + last for last in "0123456789" if _reads(parse_snomed, body + last))


def _reads(parse, text: str) -> bool:
    try:
        return bool(parse(text) == text)
    except BadCode:
        return False


@given(
    st.sampled_from((7, 11, 12, 13)).flatmap(lambda size: st.text("0123456789", min_size=size, max_size=size))
)
def test_every_body_has_one_gtin_digit_and_any_single_slip_is_found(body):
    right = [body + last for last in "0123456789" if _reads(parse_gtin, body + last)]
    assert len(right) == 1
    for wrong in _slips(right[0]):
        assert refusal(parse_gtin, wrong) == "gtin-check-digit"


@given(st.text("0123456789", min_size=5, max_size=17))
def test_every_body_has_one_verhoeff_digit_and_slips_and_swaps_are_found(body):
    right = [body + last for last in "0123456789" if _reads(parse_snomed, body + last)]
    assert len(right) == 1
    for wrong in (*_slips(right[0]), *_swaps(right[0])):
        assert refusal(parse_snomed, wrong) == "snomed-check-digit"


@pytest.mark.parametrize("sctid", ["1642411000001109", "22298006", "138875005", "900000000000207008"])
def test_known_snomed_identifiers_are_read(sctid):
    assert parse_snomed(sctid) == sctid


@pytest.mark.parametrize("text", ["", "12345", "1234567890123456789", "2229800 6", "x2298006"])
def test_a_snomed_identifier_of_another_form_is_refused(text):
    assert refusal(parse_snomed, text) == "snomed-form"


@given(digits)
def test_any_digits_are_a_code_or_refused(text):
    for parse in (parse_varenr, parse_gtin, parse_snomed):
        assert _reads(parse, text) in (True, False)


def test_prefixes_mean_something_in_product_groups_only():
    assert ancestors("5050901", PRODUCT_GROUP) == ("505", "50509")
    assert ancestors("50509", PRODUCT_GROUP) == ("505",)
    assert ancestors("505", PRODUCT_GROUP) == ()
    assert ancestors("L04AA18_1", REIMBURSEMENT_AREA) == ()


def _slips(number: str) -> list[str]:
    """The number with one digit replaced, in the first and last places."""
    places = {0, 1, len(number) // 2, len(number) - 1}
    return [
        number[:place] + other + number[place + 1 :]
        for place in places
        for other in "0123456789"
        if other != number[place]
    ]


def _swaps(number: str) -> list[str]:
    """The number with two unlike neighbours exchanged."""
    return [
        number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        for place in range(len(number) - 1)
        if number[place] != number[place + 1]
    ]
