"""When something is not there, the answer says what was probably meant, and never answers for it."""

from litestar.testing import TestClient

from app.api.application import create_app
from tests.app.builders import an_empty_home, publish_file
from tests.builders import an_m30_file, basis_xml, goods_xml, group_xml, refund_xml


def detail(answer, status, name):
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert told["type"] == f"/problems/{name}"
    return told["detail"]


def test_a_number_that_lost_its_leading_zero_names_the_candidate_and_is_not_answered(api):
    told = detail(api.get("/v1/products/12345"), 404, "never-listed")
    assert told.endswith("Perhaps a leading zero was lost: '012345' is a product number here.")


def test_five_digits_without_a_candidate_name_none(api):
    assert "leading zero" not in detail(api.get("/v1/products/54321"), 404, "never-listed")


def test_a_group_asked_for_as_a_product_is_named_as_a_group(api):
    name = api.get("/v1/groups/5050102").json()["text"]
    told = detail(api.get("/v1/products/5050102"), 404, "never-listed")
    assert told.endswith(f"It is the code of a group, {name}: ask for it under /v1/groups.")


def test_a_group_of_a_closed_list_says_what_it_was_and_until_when(api):
    told = detail(api.get("/v1/groups/5040101"), 404, "unknown-group")
    assert "until 2026-03-31" in told
    assert "last in the edition 504/2026-01-01/1" in told


def test_a_group_that_never_was_says_nothing_of_the_kind(api):
    told = detail(api.get("/v1/groups/5059999"), 404, "unknown-group")
    assert "last in the edition" not in told
    assert "goes by" not in told


def test_a_product_of_a_closed_list_says_where_it_was_last(api):
    answer = api.get("/v1/products/600020")
    assert answer.status_code == 410
    assert answer.json()["last"]["edition"] == "504/2026-01-01/1"
    assert answer.json()["last"]["valid_to"] == "2026-03-31"
    closed = api.get("/v1/lists/504").json()
    assert closed["closed"] is True
    assert closed["products"] == 0


def test_a_retired_code_names_the_code_its_group_goes_by_now(tmp_path, in_june):
    home = an_empty_home(tmp_path / "home")
    for code, day in (("5050101", "2026-01-01"), ("5050177", "2026-04-01")):
        group = group_xml(code, text="Klips", identity="RID_1")
        goods = goods_xml("600007", refund=refund_xml("RID_1"))
        publish_file(home, an_m30_file(goods=goods, bases=basis_xml(groups=group), conditions="", helfo=day))
    with TestClient(create_app(home)) as client:
        told = detail(client.get("/v1/groups/5050101"), 404, "unknown-group")
    assert told.endswith(
        "It was called Klips, last in the edition 505/2026-01-01/1, until 2026-03-31."
        " The group goes by the code '5050177' now."
    )
