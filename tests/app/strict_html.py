"""A strict reader of HTML: what a parser must repair, and what stands where it has no place."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = _HEADINGS | {
    *("address", "article", "aside", "blockquote", "details", "dialog", "div", "dl", "fieldset", "figure"),
    *("footer", "form", "header", "hr", "main", "nav", "ol", "p", "pre", "search", "section", "table", "ul"),
}
_PHRASING_ONLY = _HEADINGS | {
    *(
        "p",
        "pre",
        "span",
        "bdi",
        "strong",
        "em",
        "mark",
        "code",
        "label",
        "button",
        "small",
        "time",
        "output",
    ),
}
_CHILDREN = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd", "div"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "tr": {"th", "td"},
    "select": {"option", "optgroup", "hr"},
}
_PARENTS = {"li": {"ul", "ol"}, "dt": {"dl", "div"}, "dd": {"dl", "div"}, "summary": {"details"}}
_INTERACTIVE = {"a", "button", "input", "select", "textarea", "label", "details", "summary"}
_LABELABLE = {"button", "input", "meter", "output", "progress", "select", "textarea"}
_GLOBAL = {
    *("id", "class", "lang", "dir", "hidden", "tabindex", "title", "translate", "role", "autofocus"),
    *("enterkeyhint", "inputmode", "spellcheck", "autocapitalize", "accesskey"),
}
_INPUT = {
    *("type", "name", "value", "maxlength", "minlength", "autocomplete", "required", "min", "max", "step"),
    *(
        "checked",
        "pattern",
        "placeholder",
        "size",
        "list",
        "readonly",
        "disabled",
        "form",
        "multiple",
        "accept",
    ),
}
_OWN: dict[str, set[str]] = {
    "a": {"href", "hreflang", "rel", "download", "type"},
    "button": {"type", "name", "value", "disabled", "form", "formaction", "formmethod"},
    "details": {"open", "name"},
    "form": {"action", "method", "enctype", "novalidate", "autocomplete", "rel"},
    "fieldset": {"disabled", "form", "name"},
    "input": _INPUT,
    "label": {"for"},
    "link": {"rel", "href", "type", "hreflang", "media", "sizes"},
    "meta": {"charset", "name", "content"},
    "ol": {"start", "reversed", "type"},
    "option": {"value", "selected", "disabled", "label"},
    "optgroup": {"label", "disabled"},
    "output": {"for", "form", "name"},
    "progress": {"value", "max"},
    "script": {"src", "defer", "async", "type"},
    "select": {"name", "required", "multiple", "size", "disabled", "form", "autocomplete"},
    "td": {"colspan", "rowspan", "headers"},
    "textarea": {"name", "rows", "cols", "maxlength", "required", "autocomplete", "readonly", "disabled"},
    "th": {"colspan", "rowspan", "headers", "scope", "abbr"},
    "time": {"datetime"},
}
_REFERS = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "headers", "list", "form")


def faults(text: str) -> list[str]:
    """What is wrong with a page, as short sentences; none where it is valid."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(text)
    repaired = [f"the parser repairs {code} {facts} at {place}" for place, code, facts in parser.errors]
    parents = {child: parent for parent in tree.iter() for child in parent}
    return [*repaired, *(fault for judge in _JUDGES for fault in judge(tree, parents))]


_Parents = dict[Element, Element]


def _frame(tree: Element, _parents: _Parents) -> Iterator[str]:
    for name in ("title", "h1", "main", "header", "footer"):
        found = [one for one in _elements(tree) if one.tag == name]
        if len(found) != 1:
            yield f"<{name}> stands {len(found)} times"
    if not tree.get("lang"):
        yield "<html> has no lang"


def _identities(tree: Element, _parents: _Parents) -> Iterator[str]:
    counted = Counter(one.get("id") for one in tree.iter() if one.get("id") is not None)
    yield from (f"id {name!r} stands {count} times" for name, count in counted.items() if count > 1)
    yield from (f"id {name!r} is no name" for name in counted if not name or " " in name)
    labelable = {one.get("id") for one in _elements(tree) if one.tag in _LABELABLE}
    for one in _elements(tree):
        if one.tag == "label" and one.get("for") is not None and one.get("for") not in labelable:
            yield f"<label> is for {one.get('for')!r}, which is no field"
        if (
            one.tag == "a"
            and (one.get("href") or "").startswith("#")
            and one.get("href", "")[1:] not in counted
        ):
            yield f"<a> leads to {one.get('href')!r}, which is not there"
        for name in _REFERS:
            for part in (one.get(name) or "").split():
                if part not in counted:
                    yield f"{name} of <{one.tag}> names {part!r}, which is not there"


def _nesting(tree: Element, parents: _Parents) -> Iterator[str]:
    for one in _elements(tree):
        parent = parents.get(one)
        above = _above(one, parents)
        if (
            parent is not None
            and parent.tag in _CHILDREN
            and one.tag not in _CHILDREN[parent.tag] | {"script"}
        ):
            yield f"<{one.tag}> stands right in <{parent.tag}>"
        if one.tag in _PARENTS and (parent is None or parent.tag not in _PARENTS[one.tag]):
            yield f"<{one.tag}> stands in <{parent.tag if parent is not None else ''}>"
        if one.tag in _BLOCKS and above & _PHRASING_ONLY:
            yield f"<{one.tag}> stands within {sorted(above & _PHRASING_ONLY)}"
        if one.tag in _INTERACTIVE and above & {"a", "button"}:
            yield f"<{one.tag}> stands within <a> or <button>"
        if one.tag in {"form", "label", "main"} and one.tag in above:
            yield f"<{one.tag}> stands within <{one.tag}>"
        if one.tag in _HEADINGS and above & {"dt", "th", "legend"}:
            yield f"<{one.tag}> stands within {sorted(above)}"
        if one.tag == "details" and (len(one) == 0 or one[0].tag != "summary"):
            yield "<details> does not begin with <summary>"


def _attributes(tree: Element, _parents: _Parents) -> Iterator[str]:
    for one in _elements(tree):
        for name, value in one.attrib.items():
            if name.startswith(("data-", "aria-")):
                continue
            if name not in _GLOBAL | _OWN.get(one.tag, set()):
                yield f"<{one.tag}> has no attribute {name!r}"
            if name in {"href", "src", "action"} and any(letter in value for letter in ' "<>\n\t'):
                yield f"{name} of <{one.tag}> is not escaped: {value[:80]!r}"


def _headings(tree: Element, _parents: _Parents) -> Iterator[str]:
    levels = [int(one.tag[1]) for one in _elements(tree) if one.tag in _HEADINGS]
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"<h{after}> follows <h{before}>"


def _tables(tree: Element, _parents: _Parents) -> Iterator[str]:
    for table in (one for one in _elements(tree) if one.tag == "table"):
        widths = {
            sum(int(cell.get("colspan") or 1) for cell in row)
            for row in table.iter("tr")
            if not any(cell.get("rowspan") for cell in table.iter())
        }
        if len(widths) > 1:
            yield f"a table's rows have {sorted(widths)} cells"
        yield from ("a heading of a table has no scope" for cell in table.iter("th") if not cell.get("scope"))


_JUDGES: tuple[Callable[[Element, _Parents], Iterator[str]], ...] = (
    *(_frame, _identities, _nesting, _attributes, _headings, _tables),
)


def _elements(tree: Element) -> Iterator[Element]:
    """All elements of HTML; what is drawn with SVG has rules of its own."""
    if not isinstance(tree.tag, str) or tree.tag.endswith("svg"):
        return
    yield tree
    for child in tree:
        yield from _elements(child)


def _above(one: Element, parents: _Parents) -> set[str]:
    names, at = set(), parents.get(one)
    while at is not None:
        names.add(at.tag)
        at = parents.get(at)
    return names
