"""Every sentence is there, in three languages, names only what it is told, and is used."""

import io
import re
import string
import tomllib
import unicodedata
from functools import cache

import pytest

from app import words
from app.words import LANGUAGES, choose_language, fill, say, say_error, say_problem
from ingest.files import open_source
from ingest.m30.read import read
from lists.conditions import PERIODS
from lists.errors import BadQuestion, ListsError, Refused, SourceUnreadable
from lists.problems import problem
from lists.rules import BLOCKING, NOTING, RULES
from lists.status import STATUSES
from tests.app.spoken import ROOT, Site, classes, modules, sites

Tables = dict[str, dict[str, dict[str, str]]]

PROBLEM_TYPES = {
    *("bad-request", "unknown-parameter", "bad-date", "bad-code", "never-listed", "not-yet-listed"),
    *("not-listed", "unknown-list", "unknown-group", "unknown-edition", "unknown-release"),
    *("not-signed-in", "not-allowed", "own-draft", "draft-state", "publish-running", "gate-failed"),
    *("too-large", "busy", "internal", "method-not-allowed", "not-found", "unsupported-media"),
    "bad-range",
}
"""The NAMEs of `/problems/NAME`: the contract's, and those that any web server needs."""

PLACE = {"place", "file", "line", "column", "subject", "found", "wanted", "advice"}
"""What every sentence of a rule may name."""

MAIN_PARTS = {"text", "expected", "advice"}
"""The parts that are filled with all facts; a near name is told only where there is one."""

PLACES = {"place-group", "place-condition"}
"""What the loader itself says, by the first word of a subject."""

ABSENCE = {
    *("element-missing", "name-missing", "product-in-no-group", "first-day-missing"),
    *("column-missing", "xml-has-doctype"),
}
"""Rules about what is not there, or about what stands there whatever it says: nothing found can be shown."""


def _read(lang: str) -> Tables:
    text = (ROOT / "app" / "words" / f"{lang}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


WORDS = {lang: _read(lang) for lang in LANGUAGES}
SENTENCES = [
    (lang, table, key, part, text)
    for lang, tables in WORDS.items()
    for table, entries in tables.items()
    for key, parts in entries.items()
    for part, text in parts.items()
]


def _facts(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _parts(lang: str) -> dict[str, set[str]]:
    """Facts of every part of every sentence, by its full name."""
    return {
        f"{table}.{key}.{part}": _facts(text) for known, table, key, part, text in SENTENCES if known == lang
    }


def _meant(site: Site) -> list[str]:
    """The sentences a site may say."""
    known = WORDS["en"][site.table]
    if site.key.endswith("-"):
        return [key for key in known if key.startswith(site.key)]
    return [site.key] if site.key in known else []


# --- the same in all languages ----------------------------------------------


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_a_language_has_the_sentences_and_facts_of_english(lang):
    assert _parts(lang) == _parts("en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentences_stand_in_the_same_order(lang):
    assert [(table, list(entries)) for table, entries in WORDS[lang].items()] == [
        (table, list(entries)) for table, entries in WORDS["en"].items()
    ]


def test_every_text_is_nfc_and_stands_alone():
    strange = [
        f"{lang}: {table}.{key}.{part}"
        for lang, table, key, part, text in SENTENCES
        if text != unicodedata.normalize("NFC", text) or text != text.strip() or "  " in text or not text
    ]
    assert not strange


FORBIDDEN = re.compile(
    r"\b(invalid|failed|failure|fail|exception|traceback|ugyldige?|feilet|mislyktes|mislukkast"
    r"|str|int|bool|float|dict|tuple|frozenset|NoneType|None|True|False|ValueError|TypeError)\b"
)


def test_no_sentence_says_less_than_it_knows_or_speaks_of_the_code():
    named = FORBIDDEN.pattern[:-3] + "|" + "|".join(classes(ListsError)) + r")\b"
    found = [
        f"{lang}: {table}.{key}.{part}: {text}"
        for lang, table, key, part, text in SENTENCES
        if re.search(named, text)
    ]
    assert not found


BOKMAAL = r"ikke|hva|hvilken|hvis|fra|noen|noe|kommer|gjøre|uten|være|mer|hver|bare|varen|navn|tall"
NYNORSK = r"ikkje|kva|dersom|frå|nokon|noko|kjem|gjere|utan|vere|meir|kvar|berre|vara|namn|tal|inga|ei"


@pytest.mark.parametrize(("lang", "other"), [("nb", NYNORSK), ("nn", BOKMAAL)])
def test_the_two_written_languages_are_kept_apart(lang, other):
    found = [
        f"{table}.{key}.{part}: {match[0]}"
        for known, table, key, part, text in SENTENCES
        if known == lang and (match := re.search(rf"\b(?:{other})\b", text))
    ]
    assert not found


# --- rules --------------------------------------------------------------------


def test_every_rule_has_its_sentences_and_there_are_no_others():
    assert set(WORDS["en"]["rule"]) == set(RULES)
    assert {frozenset(parts) for parts in WORDS["en"]["rule"].values()} == {
        frozenset({"title", "text", "expected", "advice"})
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_rule_has_a_short_title_that_names_neither_place_nor_facts(lang):
    titles = {rule: WORDS[lang]["rule"][rule].get("title", "") for rule in RULES}
    strange = [
        f"{rule}: {title}"
        for rule, title in titles.items()
        if not 0 < len(title) <= 80 or re.search(r"[{}]|\.$", title)
    ]
    assert not strange


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_says_where_first_and_its_name_last(lang, rule):
    text = WORDS[lang]["rule"][rule]["text"]
    assert text.startswith(("{place}: ", "{file}, "))
    assert text.startswith("{place}") or {"file", "line"} <= _facts(text)
    assert text.endswith(f". {{advice}} [{rule}]")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("rule", BLOCKING)
def test_a_rule_that_blocks_says_what_was_found_what_was_expected_and_what_to_do(lang, rule):
    parts = WORDS[lang]["rule"][rule]
    assert "found" in _facts(parts["text"]) or rule in ABSENCE
    assert "wanted" in _facts(parts["text"]) or "expected" in _facts(parts["text"])
    assert parts["advice"].endswith(".")
    assert not parts["advice"].startswith(("Nothing", "Ingenting"))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("rule", NOTING)
def test_a_rule_that_notes_says_whether_there_is_anything_to_do(lang, rule):
    assert WORDS[lang]["rule"][rule]["advice"].endswith(".")


def test_what_was_expected_is_said_in_half_a_sentence():
    ends = [
        f"{lang}: {key}"
        for lang, table, key, part, text in SENTENCES
        if (part == "expected" or table == "expected") and text.endswith(".")
    ]
    assert not ends


# --- sentences and code -------------------------------------------------------


def test_the_scan_sees_what_the_code_says():
    seen = {(site.table, site.key) for site in sites()}
    assert {
        ("rule", "amount-form"),
        ("rule", "row-repeated"),
        ("rule", "increment"),
        ("rule", "group-meaning"),
        ("rule", "column-missing"),
        ("reason", "source-packed-twice"),
        ("reason", "source-sheet-missing"),
        ("reason", "home-missing"),
        ("reason", "not-listed"),
        ("page", "publish-done"),
        ("page", "state-"),
        ("page", "search-label"),
        ("page", "limit-"),
        ("expected", "past-instant"),
        ("gate", "group-meaning"),
    } <= seen


def test_whatever_the_code_says_has_its_sentence():
    missing = [f"{site.where}: {site.table}.{site.key}" for site in sites() if not _meant(site)]
    assert not missing


@pytest.mark.parametrize(
    ("beginning", "ends"),
    [
        ("state-", ("new", "unchanged", "left-out", "refused")),
        ("change-", ("added", "removed", "changed")),
        ("status-", STATUSES),
        ("limit-", PERIODS),
    ],
)
def test_whatever_a_key_ends_with_has_its_sentence(beginning, ends):
    assert {key for key in WORDS["en"]["page"] if key.startswith(beginning)} == {
        beginning + end for end in ends
    }


def test_a_sentence_names_only_what_the_code_tells_it():
    untold = []
    for site in sites():
        for key in _meant(site) if site.facts is not None else ():
            parts = WORDS["en"][site.table][key]
            named = set().union(*(_facts(parts[part]) for part in MAIN_PARTS & set(parts)))
            given = (site.facts or frozenset()) | (PLACE if site.table == "rule" else set())
            untold += [f"{site.where}: {site.table}.{key}: {name}" for name in sorted(named - given)]
    assert not untold


def test_every_problem_type_of_the_api_has_a_title_and_a_text():
    reasons = WORDS["en"]["reason"]
    assert {key for key, parts in reasons.items() if "title" in parts} == PROBLEM_TYPES
    assert not [key for key in PROBLEM_TYPES if reasons[key]["title"].endswith(".")]


@pytest.mark.parametrize("table", ["reason", "expected", "gate", "page"])
def test_no_sentence_is_without_a_user(table):
    said = {key for site in sites() if site.table == table for key in _meant(site)}
    unused = set(WORDS["en"][table]) - said - PROBLEM_TYPES - PLACES
    assert not [key for key in sorted(unused) if not _named_anywhere(key)]


def _named_anywhere(key: str) -> bool:
    """Whether the code names the key at all: what was expected is often handed on by name."""
    return f'"{key}"' in _code()


@cache
def _code() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in modules())


# --- as people read them ------------------------------------------------------


def test_a_problem_is_told_with_its_place_what_was_found_and_what_to_do():
    repeated = problem("varenr-repeated", file="a.xml", line=9, subject="001234", found="Bag", first=7)
    assert say_problem(repeated, "en") == (
        "a.xml, line 9: 001234: the number appears again, with other content ('Bag'); first seen in line 7;"
        " expected: each product number once. Keep one of the two rows, or correct the number."
        " [varenr-repeated]"
    )
    assert say_problem(repeated, "nb") == (
        "a.xml, linje 9: 001234: nummeret står en gang til, med annet innhold ('Bag'); første gang på"
        " linje 7; det ventes hvert varenummer én gang. Behold én av de to radene, eller rett nummeret."
        " [varenr-repeated]"
    )
    assert say_problem(repeated, "nn", part="advice") == "Behald éi av dei to radene, eller rett nummeret."


@pytest.mark.parametrize(
    ("line", "column", "subject", "lang", "place"),
    [
        (9, "Pris", "001234", "en", "a.xml, line 9, Pris: 001234: "),
        (9, "", "group 50509", "en", "a.xml, line 9: group 50509: "),
        (9, "", "group 50509", "nb", "a.xml, linje 9: gruppe 50509: "),
        (9, "", "condition ID_5", "nn", "a.xml, linje 9: vilkår ID_5: "),
        (0, "HentetDato", "", "en", "a.xml, HentetDato: "),
        (0, "", "", "en", "a.xml: "),
    ],
)
def test_a_place_is_told_as_far_as_it_is_known(line, column, subject, lang, place):
    found = problem("day-form", file="a.xml", line=line, column=column, subject=subject, found="x")
    assert say_problem(found, lang).startswith(place + "'x' ")


def test_what_a_rule_expects_may_name_its_own_facts():
    short = problem("row-length", file="a.csv", line=3, found="4", expected="5")
    assert say_problem(short, "en", part="expected") == "5 cells, as in the first row"
    assert say_problem(short, "en") == (
        "a.csv, line 3: the row has 4 cells; expected: 5 cells, as in the first row."
        " Look for a delimiter inside a text without quotation marks. [row-length]"
    )


def test_a_refused_file_is_told_in_three_languages(tmp_path):
    with pytest.raises(SourceUnreadable) as caught:
        open_source(tmp_path)
    where = tmp_path.name
    assert [say_error(caught.value, lang) for lang in LANGUAGES] == [
        f"{where}: this is a folder; one file is expected. Name the file inside it.",
        f"{where}: dette er en mappe; det ventes én fil. Oppgi filen som ligger i den.",
        f"{where}: dette er ei mappe; det er venta éi fil. Oppgi fila som ligg i henne.",
    ]


def test_a_file_that_is_no_m30_is_told_with_what_it_is():
    with pytest.raises(SourceUnreadable) as caught:
        list(read(io.BytesIO(b"<catalogue/>"), "a.xml"))
    assert say_error(caught.value, "en") == (
        "a.xml: the file begins with 'catalogue'; expected is the element FEST of an M30 message,"
        " version 2013-10-08 or 2014-12-01. Check that this is the right file; for a table, name its profile."
    )


def test_what_a_question_should_have_said_is_told_in_words():
    asked = BadQuestion("bad-date", field="valid_on", found="2026-02-30", expected="day")
    assert say_error(asked, "nb") == (
        "valid_on: det kan ikke spørres om '2026-02-30'; det ventes en dag, som 2026-01-01."
    )


def test_an_unknown_name_is_told_with_the_nearest_one_if_any_is_near():
    near = BadQuestion("unknown-parameter", field="limt", found="limt", expected="", nearest="limit")
    alone = BadQuestion("unknown-parameter", field="x", found="x", expected="", nearest="")
    assert say_error(near, "en") == (
        "There is no parameter or field 'limt' here. The nearest one there is: 'limit'."
    )
    assert say_error(alone, "en") == "There is no parameter or field 'x' here."


def test_a_fact_may_be_called_as_a_parameter_of_ours():
    ended = Refused("part-not-ready", part="The API", seconds=120)
    assert say_error(ended, "en").startswith("The API did not answer within 120 seconds")
    changed = say("page", "change-added", "en", list="505", subject="product", code="001234", key="x")
    assert changed == "505: new: product 001234"
    assert fill("page.publish-done.text", "nn", {"release": 7, "lang": "x"}) == "Utgjeving 7 er publisert."


def test_a_fact_that_was_not_given_is_shown_as_such():
    assert say("page", "publish-done", "en") == "Release ? is published."


def test_words_can_be_asked_for_by_table_and_key():
    assert words.has("rule", "amount-form")
    assert not words.has("rule", "no-such-rule")
    assert words.keys("rule") == tuple(sorted(RULES))


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        (None, "en"),
        ("", "en"),
        ("nb", "nb"),
        ("nn-NO", "nn"),
        ("NB-no", "nb"),
        ("no", "nb"),
        ("no-NO,nn;q=0.9", "nb"),
        ("de", "en"),
        ("*", "en"),
        ("de, nn;q=0.3", "nn"),
        ("en;q=0.1, nb;q=0.9", "nb"),
        ("nb ; q=0.2 , nn ; q=0.3", "nn"),
        ("nn,nb", "nn"),
        ("nb;Q=0.5,en;q=0.4", "nb"),
        ("nb;q=0", "en"),
        ("nb;q=0,nn;q=0.001", "nn"),
        ("nb;q=", "nb"),
        ("nb;q=much,nn;q=0.1", "nn"),
        ("nb;q=nan", "en"),
        ("nb;q=inf,nn;q=0.1", "nn"),
        ("nb;q=-1", "en"),
        (";;;,,,q=", "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_the_language_is_the_one_wanted_most_that_we_have(accepted, lang):
    assert choose_language(accepted) == lang


def test_whoever_asks_for_nothing_gets_the_language_of_the_house():
    assert choose_language("de", default="nn") == "nn"
