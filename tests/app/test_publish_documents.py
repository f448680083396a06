"""What is searchable: one document for each distinct text of a product, with the editions it holds in."""

from contextlib import closing
from pathlib import Path

from app.home import Home
from app.publish.documents import documents
from app.snapshot import open_snapshot
from search.records import Document, Span
from tests.app import homes
from tests.builders import basis_xml, condition_xml, goods_xml, group_xml, price_xml


def publish(
    home: Home, path: Path, day: str, *, group: str = "Poser", title: str = "Stomi", **goods: str
) -> None:
    """An edition of 505 with the one product 600007."""
    groups = group_xml("505", text=title) + group_xml(text=group, conditions=["ID_VILKAR"])
    file = homes.write(
        path,
        goods=goods_xml("600007", **goods),
        bases=basis_xml("505", groups),
        conditions=condition_xml(),
        helfo=day,
    )
    assert homes.take(home, file).release is not None


def found(home: Home) -> list[Document]:
    """All documents of the current snapshot."""
    with closing(open_snapshot(home, home.current_release())) as snapshot:
        return list(documents(snapshot))


def test_a_price_makes_no_new_document(tmp_path):
    home = homes.an_empty_home(tmp_path / "home")
    publish(home, tmp_path / "a.xml", "2026-01-01")
    publish(home, tmp_path / "a.xml", "2026-02-01", prices=price_xml("99.00"))

    assert [(one.varenr, one.holds) for one in found(home)] == [("600007", (Span("505", 1, None),))]


def test_a_name_that_comes_back_is_the_first_document_again(tmp_path):
    home = homes.an_empty_home(tmp_path / "home")
    for number, name in enumerate(("Pose", "Ny pose", "Pose"), start=1):
        publish(home, tmp_path / "a.xml", f"2026-0{number}-01", name=name)

    assert {one.name: one.holds for one in found(home)} == {
        "Pose": (Span("505", 1, 2), Span("505", 3, None)),
        "Ny pose": (Span("505", 2, 3),),
    }


def test_a_renamed_group_or_list_is_found_by_its_name_on_each_day(tmp_path):
    """The product's own row is the same in all three editions."""
    home = homes.an_empty_home(tmp_path / "home")
    publish(home, tmp_path / "a.xml", "2026-01-01")
    publish(home, tmp_path / "a.xml", "2026-02-01", group="Stomiposer")
    publish(home, tmp_path / "a.xml", "2026-03-01", group="Stomiposer", title="Utstyr ved stomi")

    told = {(one.groups[-1].text, one.lists[0].text): one.holds for one in found(home)}
    assert told == {
        ("Poser", "Stomi"): (Span("505", 1, 2),),
        ("Stomiposer", "Stomi"): (Span("505", 2, 3),),
        ("Stomiposer", "Utstyr ved stomi"): (Span("505", 3, None),),
    }
