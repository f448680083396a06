"""The strict reader of HTML: a good page passes, and each thing that is wrong is found."""

import pytest

from tests.app.strict_html import faults

GOOD = (
    '<!doctype html><html lang="nb"><head><meta charset="utf-8"><title>Side</title></head><body>'
    "<header><p>Blåliste</p></header><main><h1>Side</h1>{}</main><footer><p>Slutt</p></footer></body></html>"
)


def test_a_good_page_has_no_faults():
    inside = (
        '<h2 id="a">Del</h2><section aria-labelledby="a"><ul><li><a href="#a">Opp</a></li></ul></section>'
        '<form><label for="q">Søk</label><input id="q" name="q"></form>'
        '<table><thead><tr><th scope="col">A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>'
        '<svg viewBox="0 0 1 1" role="img"><title>Kurve</title><path d="M0 0"/></svg>'
    )
    assert faults(GOOD.format(inside)) == []


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        ("<p>a<p>b</p></p>", "the parser repairs unexpected-end-tag"),
        ("<h1>To</h1>", "<h1> stands 2 times"),
        ("<h3>Tre</h3>", "<h3> follows <h1>"),
        ('<p id="a">1</p><p id="a">2</p>', "id 'a' stands 2 times"),
        ('<label for="x">X</label>', "<label> is for 'x', which is no field"),
        ('<a href="#x">X</a>', "<a> leads to '#x', which is not there"),
        ('<p aria-describedby="x">X</p>', "aria-describedby of <p> names 'x', which is not there"),
        ("<ul><p>X</p></ul>", "<p> stands right in <ul>"),
        ("<div><li>X</li></div>", "<li> stands in <div>"),
        ("<span><div>X</div></span>", "<div> stands within ['span']"),
        ('<a href="/"><button>X</button></a>', "<button> stands within <a> or <button>"),
        ("<details>X</details>", "<details> does not begin with <summary>"),
        ('<p onclick="x()">X</p>', "<p> has no attribute 'onclick'"),
        ('<p style="color:red">X</p>', "<p> has no attribute 'style'"),
        ('<a href="/?q=a b">X</a>', "href of <a> is not escaped: '/?q=a b'"),
        ("<table><tr><th>X</th></tr></table>", "a heading of a table has no scope"),
        (
            "<table><tr><td>1</td></tr><tr><td>1</td><td>2</td></tr></table>",
            "a table's rows have [1, 2]",
        ),
    ],
)
def test_what_is_wrong_is_found(inside, found):
    assert any(fault.startswith(found) for fault in faults(GOOD.format(inside))), faults(GOOD.format(inside))


def test_a_page_without_its_language_and_frame_is_none():
    assert faults("<!doctype html><title>X</title><p>X</p>") == [
        "<h1> stands 0 times",
        "<main> stands 0 times",
        "<header> stands 0 times",
        "<footer> stands 0 times",
        "<html> has no lang",
    ]
