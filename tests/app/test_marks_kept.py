"""Rule 22's mark: made by an editor, kept when the next file comes, asked anew when the text moves."""

from contextlib import closing
from pathlib import Path

import pytest
from litestar.testing import TestClient

from app.api.application import create_app
from app.home import Home
from app.publish.acts import take_in
from app.publish.drafting import Why, change_value
from app.publish.publishing import publish_drafts
from app.publish.readings import Request
from app.publish.verify import rebuild, verify
from app.workshop.database import Workshop
from lists.editing import Edit
from tests.app import homes
from tests.builders import basis_xml, condition_xml, form_xml, goods_xml, group_xml, price_xml

TEXT = "Utleveres bare mot egen resept på koden."
CODED = condition_xml("ID_5045", text="Egen resept.", applies_to="3", forms=form_xml("11", "1"))
BASIS = basis_xml(
    groups=group_xml("505", text="Utstyr ved stomi") + group_xml(conditions=["ID_5044", "ID_5045"])
)


def _write(path: Path, *, text: str = TEXT, helfo: str, price: str = "12.50") -> Path:
    conditions = condition_xml("ID_5044", text=text, applies_to="2", forms="") + CODED
    goods = goods_xml(prices=price_xml(price))
    return homes.write(path, goods=goods, helfo=helfo, bases=BASIS, conditions=conditions)


@pytest.fixture
def marked(tmp_path: Path) -> Home:
    """A home in whose second release an editor has said that 5044 is expressed by 5045."""
    home = homes.an_empty_home(tmp_path / "home")
    homes.take(home, _write(tmp_path / "a.xml", helfo="2026-01-01"))
    taken = take_in(
        home, str(_write(tmp_path / "a.xml", helfo="2026-01-01")), Request(), by="Kari", wish=None
    )
    edit = Edit("condition", "ID_5044", "expressed_by", "ID_5045")
    with closing(Workshop(home.workshop)) as workshop:
        change_value(home, workshop, taken.draft, edit, why=Why("Kari", "5045 sier det samme"))
    publish_drafts(home, [taken.draft], by="Kari", wish=homes.QUICK)
    return home


def _verdict(home: Home) -> tuple[str, list[str]]:
    question = {
        "prescription": {"code": "5050101", "written_on": "2026-02-01"},
        "dispensed_on": "2026-06-01",
        "lines": [{"varenr": "600007", "packs": 1}],
    }
    with TestClient(create_app(home)) as api:
        line = api.post("/v1/check", json=question).json()["lines"][0]
    return line["verdict"], [reason["code"] for reason in line["reasons"]]


def test_a_text_that_is_expressed_by_a_coded_condition_asks_no_more(marked):
    assert _verdict(marked) == ("yes", ["covered"])


def test_the_next_file_keeps_the_mark_and_says_so(marked, tmp_path):
    taken = homes.take(marked, _write(tmp_path / "b.xml", helfo="2026-05-01", price="12.60"))
    assert taken.release == 3
    assert _verdict(marked) == ("yes", ["covered"])
    with closing(Workshop(marked.workshop)) as workshop:
        (made,) = workshop.draft(taken.draft).changes
    assert (made.key, made.field, made.after) == ("ID_5044", "expressed_by", "ID_5045")
    assert made.reason.startswith("Beholdt fra forrige utgave:")
    assert rebuild(marked) == 3
    verify(marked)


def test_the_same_file_again_is_nothing_new_because_its_marks_are_kept(marked, tmp_path):
    taken = homes.take(marked, _write(tmp_path / "b.xml", helfo="2026-05-01"))
    assert [known.state for known in taken.prepared.lists] == ["unchanged"]


def test_a_text_that_moved_is_asked_about_anew(marked, tmp_path):
    homes.take(marked, _write(tmp_path / "b.xml", text="Utleveres mot en annen resept.", helfo="2026-05-01"))
    verdict, reasons = _verdict(marked)
    assert verdict == "ask"
    assert "condition-to-judge" in reasons
