"""Groups and lists in a real browser: readable at any width, narrowed without scripts, and on paper."""

import io
from collections.abc import Iterator

import pytest
from pypdf import PdfReader

from app.home import Home
from tests.app.builders import HOSTILE_NAME, Good, an_empty_home, publish_file, stoma_file
from tests.browser.serving import assert_accessible, served

pytestmark = pytest.mark.browser

DAY = "valid_on=2026-02-01"
ADDRESSES = [
    f"/gruppe/5050101?lang=nb&{DAY}",
    f"/gruppe/50501?lang=en&{DAY}&q=pose&sort=-unit",
    f"/liste/505?lang=nn&{DAY}",
    f"/liste/505?lang=nb&{DAY}&print=whole",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """A list with a group of two pages, a hostile name and an endless one."""
    made = an_empty_home(tmp_path_factory.mktemp("groups") / "home")
    goods = [Good(str(600_100 + number), name=f"Pose {number:03}") for number in range(60)]
    goods += [Good("600007", ("5050101", "5050102")), Good("600014", name=HOSTILE_NAME)]
    goods += [Good("600015", name="Æ" * 4000, supplier="Ord " * 50)]
    publish_file(made, stoma_file(goods, helfo="2026-01-01"), at="2026-01-01")
    return made


@pytest.fixture(scope="module")
def site(home) -> Iterator[str]:
    """The program, serving that home."""
    with served(home) as address:
        yield address


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_accessible_in_light_and_dark_and_narrow(open_page, address):
    page = open_page(address, viewport={"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert_accessible(page)
    assert (page.outside, page.faults) == ([], [])


def test_the_table_is_narrowed_and_ordered_by_keyboard_without_scripts(open_page):
    page = open_page(f"/gruppe/5050101?lang=nb&{DAY}", java_script_enabled=False)
    page.focus("#q")
    page.keyboard.type("pose 05")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=pose+05**")
    assert page.get_by_role("status").inner_text().startswith("Varer som passer: 11")
    head = page.get_by_role("columnheader", name="Vare", exact=True)
    head.get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=-name**")
    assert head.get_attribute("aria-sort") == "descending"
    assert page.locator("tbody th a").first.inner_text() == "Pose 059"
    assert page.locator("#q").input_value() == "pose 05"


def test_a_whole_list_on_paper_has_heads_on_every_page_and_no_form(open_page):
    page = open_page(f"/liste/505?lang=nb&{DAY}&print=whole")
    paper = PdfReader(io.BytesIO(page.pdf(format="A4")))
    sheets = [" ".join(sheet.extract_text().split()) for sheet in paper.pages]
    assert len(sheets) > 2
    with_rows = [text for text in sheets if "6001" in text]
    assert all("Varenr." in text for text in with_rows)
    assert not any("Bokmål" in text or "Tilbake" in text for text in sheets)
    page = open_page(f"/gruppe/5050101?lang=nb&{DAY}")
    assert "Filtrer" not in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages[0].extract_text()


def test_a_narrow_table_has_a_head_over_each_column_that_is_shown(open_page):
    page = open_page(f"/gruppe/5050101?lang=nb&{DAY}", viewport={"width": 390, "height": 800})
    heads = [head for head in page.locator(".products thead th").all() if head.is_visible()]
    assert [head.inner_text() for head in heads] == ["Vare", "Refusjon per pakning", "Refusjon per enhet"]
    cells = page.locator(".products tbody tr").filter(has_text="Pose 000").locator("th, td")
    assert sum(cell.is_visible() for cell in cells.all()) == 3
    assert "600100 · 30 mm · 30 stk" in cells.first.inner_text()
