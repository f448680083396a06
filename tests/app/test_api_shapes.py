"""What a product and a group say: prices, limits, requirements, conditions, by the rules of reading."""

import hashlib
import json
import unicodedata

import msgspec
import pytest

from app.read.terms import condition_shape
from tests.builders import a_condition


def entry_of(product, group):
    return next(entry for entry in product["entries"] if entry["group"]["code"] == group)


def ids(shapes):
    return [shape["id"] for shape in shapes]


def test_an_entry_has_the_union_of_its_groups_conditions_each_once(api):
    product = api.get("/v1/products/600007").json()
    filtered, children = entry_of(product, "5050101"), entry_of(product, "5050102")
    assert ids(filtered["conditions"]) == ["ID_TEKST", "ID_GRENSE"]
    assert ids(children["conditions"]) == ["ID_TEKST", "ID_GRENSE", "ID_EGEN", "ID_GANG"]
    assert filtered["limits"] == [
        {
            "max": 400,
            "unit": "stk",
            "per": "calendar_year",
            "scope": {"kind": "group", "codes": ["5050101"]},
            "condition": "ID_GRENSE",
        }
    ]
    assert [(limit["per"], limit["scope"]["codes"]) for limit in children["limits"]] == [
        ("calendar_year", ["5050102"]),
        ("dispensing", ["5050102"]),
    ]
    assert children["requirements"] == [
        {
            "kind": "own_prescription",
            "value": None,
            "values": [],
            "applies_to": "prescriber",
            "condition": "ID_EGEN",
            "code": "11",
            "system": "2.16.578.1.12.4.1.1.7439",
        }
    ]


def test_the_legal_text_travels_with_the_coded_form(api):
    product = api.get("/v1/products/600007").json()
    for entry in product["entries"]:
        texts = {condition["id"]: condition["text"] for condition in entry["conditions"]}
        for coded in (*entry["limits"], *entry["requirements"]):
            assert texts[coded["condition"]]
    coded = {
        condition["id"]: condition["coded"]
        for entry in product["entries"]
        for condition in entry["conditions"]
    }
    assert coded == {"ID_TEKST": False, "ID_GRENSE": True, "ID_EGEN": True, "ID_GANG": True}


def test_a_condition_names_the_one_that_an_editor_says_expresses_it(api):
    entry = api.get("/v1/products/600007").json()["entries"][0]
    assert {condition["expressed_by"] for condition in entry["conditions"]} == {None}
    marked = a_condition("ID_5044", applies_to="dispenser", expressed_by="ID_5045")
    assert msgspec.to_builtins(condition_shape(marked)) == {
        "id": "ID_5044",
        "number": "5101",
        "applies_to": "dispenser",
        "text": "Refusjon ytes til bruk etter stomioperasjon.",
        "valid_from": None,
        "valid_to": None,
        "coded": False,
        "expressed_by": "ID_5045",
    }


def test_the_path_begins_at_three_digits(api):
    entry = api.get("/v1/products/600007").json()["entries"][0]
    assert entry["group_path"] == [
        {"code": "505", "text": "Utstyr ved stomi"},
        {"code": "50501", "text": "Stomiposer"},
        {"code": "5050101", "text": "Poser med filter"},
    ]


def test_a_group_shows_its_own_conditions_only(api):
    whole = {item["code"]: item for item in api.get("/v1/groups?list=505").json()["items"]}
    assert list(whole) == ["505", "50501", "5050101", "5050102"]
    assert ids(whole["505"]["conditions"]) == ["ID_TEKST"]
    assert ids(whole["50501"]["conditions"]) == ["ID_GRENSE"]
    assert ids(whole["5050102"]["conditions"]) == ["ID_EGEN", "ID_GANG"]
    assert [limit["max"] for limit in whole["5050102"]["limits"]] == [100]
    assert whole["505"]["limits"] == []


def test_a_group_knows_its_place_and_how_it_is_prescribed(api):
    whole = {item["code"]: item for item in api.get("/v1/groups?list=505").json()["items"]}
    told = {
        code: (item["parent"], item["children"], item["prescribable"], item["products"])
        for code, item in whole.items()
    }
    assert told == {
        "505": (None, ["50501"], "top", 5),
        "50501": ("505", ["5050101", "5050102"], "top", 5),
        "5050101": ("50501", [], "top", 5),
        "5050102": ("50501", [], "own", 1),
    }


def test_a_group_alone_is_the_group_among_the_others(api):
    for item in api.get("/v1/groups").json()["items"]:
        assert api.get(f"/v1/groups/{item['code']}?list={item['list']}").json() == item


def test_groups_of_all_lists_stand_in_code_order(api):
    codes = [item["code"] for item in api.get("/v1/groups").json()["items"]]
    assert codes == sorted(codes)
    assert {"502", "505", "604", "A10A"} <= set(codes)
    assert "504" not in codes


def test_in_force_since_is_the_first_edition_that_has_the_group(api):
    group = api.get("/v1/groups/5050101").json()
    assert (group["in_force_since"], group["edition"]) == ("2026-01-01", "505/2026-04-01/4")
    assert api.get("/v1/groups/A10A").json()["in_force_since"] == "2026-01-15"


def test_a_refund_code_stands_with_its_side_and_days(api):
    assert api.get("/v1/groups/A10A").json()["refund_codes"] == [
        {
            "code": "K90",
            "system": "2.16.578.1.12.4.1.1.7110",
            "text": "Intestinal malabsorpsjon",
            "subterms": [],
            "valid_from": "2026-01-01",
            "prescribe_until": None,
            "dispense_until": None,
            "conditions": ["ID_KODE"],
        }
    ]


def test_a_condition_of_a_refund_code_is_told_beside_it_and_binds_nobody_else(api):
    entry = api.get("/v1/products/012345").json()["entries"][0]
    for shape in (entry, api.get("/v1/groups/A10A").json()):
        assert ids(shape["conditions"]) == []
        told = [(condition["id"], condition["text"]) for condition in shape["refund_code_conditions"]]
        assert told == [("ID_KODE", "Bare ved påvist svikt.")]


def test_a_limit_above_the_innermost_groups_counts_each_of_them_by_itself(api):
    limits = api.get("/v1/groups/50501").json()["limits"]
    assert [limit["scope"] for limit in limits] == [{"kind": "group", "codes": ["5050101", "5050102"]}]


def test_a_medicine_is_one_and_its_price_is_the_reimbursement(api):
    product = api.get("/v1/products/012345").json()
    assert (product["kind"], product["atc"], product["name"]) == ("medicine", "A10AB01", "Havdur tab 5 mg")
    entry = product["entries"][0]
    assert [(price["kind"], price["amount"]) for price in entry["prices"]] == [("reimbursement", "99.90")]
    assert [code["code"] for code in entry["refund_codes"]] == ["K90"]


def test_a_product_is_called_as_its_newest_entry_and_an_entry_that_differs_shows_its_own(api):
    product = api.get("/v1/products/600009").json()
    assert product["name"] == "Delt pose, ny"
    named = {entry["list"]: entry.get("name") for entry in product["entries"]}
    assert named == {"502": "Delt pose", "505": None}
    before = api.get("/v1/products/600009?valid_on=2026-03-01").json()
    assert (before["name"], [entry.get("name") for entry in before["entries"]]) == ("Delt pose", [None, None])


def test_supplier_and_pack_are_as_the_source_writes_them(api):
    product = api.get("/v1/products/600007").json()
    assert product["supplier"] == {
        "name": "Fjellro Stomi AS",
        "address": "Strandgata 1, 5003 Bergen",
        "phone": "55 00 00 00",
    }
    assert (product["pack"], product["units_per_pack"]) == ("30", 30)
    assert product["unit"] == {"code": "stk", "text": "stykk"}


def test_products_of_a_list_stand_by_group_name_and_number(api):
    items = api.get("/v1/lists/505/products").json()["items"]
    assert [
        (item["entries"][-1]["group"]["code"], item["name"]) for item in items if item["varenr"] != "600007"
    ] == [
        ("5050101", "Delt pose, ny"),
        ("5050101", "Helt ute"),
        ("5050101", "Snart ute"),
        ("5050101", "Vårpose"),
    ]
    assert items == [api.get(f"/v1/products/{item['varenr']}").json() for item in items]


@pytest.mark.parametrize(
    ("group", "count"), [("505", 5), ("50501", 5), ("5050101", 5), ("5050102", 1), ("505010", 5), ("502", 0)]
)
def test_a_group_of_7403_takes_in_the_groups_below_it(api, group, count):
    assert len(api.get(f"/v1/lists/505/products?group={group}").json()["items"]) == count


@pytest.mark.parametrize(("group", "count"), [("A10A", 1), ("A10", 0), ("A", 0)])
def test_elsewhere_a_group_is_exactly_itself(api, group, count):
    assert len(api.get(f"/v1/lists/200/products?group={group}").json()["items"]) == count


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_supplier_is_meant_exactly_whatever_its_letters_are_made_of(api, form):
    asked = {"valid_on": "2026-03-01", "supplier": unicodedata.normalize(form, "Havblikk Å AS")}
    items = api.get("/v1/lists/505/products", params=asked).json()["items"]
    assert [item["varenr"] for item in items] == ["600008"]
    assert api.get("/v1/lists/505/products", params={**asked, "supplier": "Havblikk"}).json()["items"] == []


# --- fingerprints -------------------------------------------------------------------------

LEFT_OUT = {"release", "valid_on", "edition", "fingerprint", "status", "leaves_on"}


def content(shape):
    if isinstance(shape, dict):
        return {name: content(value) for name, value in shape.items() if name not in LEFT_OUT}
    return [content(value) for value in shape] if isinstance(shape, list) else shape


def fingerprint(shape):
    text = json.dumps(content(shape), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


DAYS = ["2026-01-01", "2026-03-31", "2026-04-01", "2026-06-01", "2026-06-15", "2026-07-01", "2026-12-31"]


@pytest.mark.parametrize("day", DAYS)
def test_anybody_can_compute_a_fingerprint_from_the_answer(api, day):
    for code in ("200", "502", "505", "604"):
        for item in api.get(f"/v1/lists/{code}/products?valid_on={day}").json()["items"]:
            assert item["fingerprint"] == fingerprint(item)
    for item in api.get(f"/v1/groups?valid_on={day}").json()["items"]:
        assert item["fingerprint"] == fingerprint(item)


def test_a_fingerprint_changes_exactly_when_the_content_does(api):
    contents: dict[str, dict[str, str]] = {}
    for day in DAYS:
        for item in api.get(f"/v1/lists/505/products?valid_on={day}").json()["items"]:
            told = json.dumps(content(item), sort_keys=True)
            contents.setdefault(item["varenr"], {}).setdefault(item["fingerprint"], told)
            assert contents[item["varenr"]][item["fingerprint"]] == told
    for by_fingerprint in contents.values():
        assert len(set(by_fingerprint.values())) == len(by_fingerprint)
    assert len(contents["600007"]) == 2
    assert len(contents["600010"]) == 1, "its status changes and its content does not"
