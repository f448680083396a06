"""Every sentence a person reads, by key, in three languages; code names keys, never sentences."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from lists.errors import ListsError
from lists.problems import Problem

LANGUAGES = ("en", "nb", "nn")
DEFAULT = "en"

_HERE = Path(__file__).parent


def say(table: str, key: str, lang: str, /, *, part: str = "text", **facts: object) -> str:
    """
    A sentence.

    Args:
        table: "rule", "reason", "expected", "gate" or "page".
        key: Name of the sentence in the table.
        lang: One of LANGUAGES.
        part: Which of its parts: "text", "title", "nearest", "expected" or "advice".
        facts: What the sentence names.
    """
    return fill(f"{table}.{key}.{part}", lang, facts)


def fill(name: str, lang: str, facts: Mapping[str, object]) -> str:
    """The sentence `table.key.part` with its facts, whatever these are called."""
    table, key, part = name.split(".")
    return _table(lang)[table][key][part].format_map(_Facts(facts))


def say_error(error: ListsError, lang: str) -> str:
    """
    The sentence of a refusal.

    What it expected is told in words where a key names it; a near name is told where one was found.
    """
    facts: dict[str, object] = dict(error.facts)
    expected = error.facts.get("expected")
    if expected is not None and expected in _table(lang)["expected"]:
        facts["expected"] = say("expected", expected, lang)
    sentence = fill(f"reason.{error.reason}.text", lang, facts)
    # A reason's further parts are said where the fact they are named after was found.
    further = (part for part in _table(lang)["reason"][error.reason] if facts.get(part))
    return " ".join((sentence, *(fill(f"reason.{error.reason}.{part}", lang, facts) for part in further)))


def say_problem(found: Problem, lang: str, *, part: str = "text") -> str:
    """The sentence of a problem, or what its rule expects or advises; the sentence holds both."""
    where = {"place": _place(found, lang), "file": found.file, "line": found.line, "column": found.column}
    facts: dict[str, object] = {**where, "subject": found.subject, "found": found.found, **dict(found.facts)}
    facts["wanted"] = fill(f"rule.{found.rule}.expected", lang, facts)
    facts["advice"] = fill(f"rule.{found.rule}.advice", lang, facts)
    return fill(f"rule.{found.rule}.{part}", lang, facts)


def has(table: str, key: str) -> bool:
    """Whether there is a sentence of that name."""
    return key in _table(DEFAULT)[table]


def keys(table: str) -> tuple[str, ...]:
    """The names of all sentences of a table, sorted."""
    return tuple(sorted(_table(DEFAULT)[table]))


def choose_language(accepted: str | None, *, default: str = DEFAULT) -> str:
    """
    The language to answer in.

    Args:
        accepted: An `Accept-Language` header; None or anything unreadable gives the default.
    """
    weighed = []
    for position, part in enumerate((accepted or "").split(",")):
        name, _, weight = "".join(part.lower().split()).partition(";q=")
        primary = _SAME.get(name.split("-")[0], name.split("-")[0])
        if primary in LANGUAGES and _weight(weight) > 0:
            weighed.append((-_weight(weight), position, primary))
    return min(weighed)[2] if weighed else default


_SAME = {"no": "nb"}
_WEIGHT = re.compile(r"[01](?:\.[0-9]{0,3})?")


def _weight(text: str) -> float:
    """How much a language is wanted; none at all where that cannot be read."""
    if not text:
        return 1.0
    return float(text) if _WEIGHT.fullmatch(text) else 0.0


def _place(found: Problem, lang: str) -> str:
    """File, line and column as far as they are known, then what it is about."""
    line = say("page", "place-line", lang, line=found.line) if found.line else ""
    where = ", ".join(filter(None, (found.file, line, found.column)))
    return ": ".join(filter(None, (where, _subject(found.subject, lang))))


def _subject(subject: str, lang: str) -> str:
    kind, _, code = subject.partition(" ")
    return say("page", f"place-{kind}", lang, code=code) if kind in _KINDS and code else subject


_KINDS = ("group", "condition")


class _Facts(dict[str, object]):
    """Facts by name; one that is missing is shown as such instead of breaking the sentence."""

    def __missing__(self, key: str) -> str:
        return "?"


@cache
def _table(lang: str) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    with (_HERE / f"{lang}.toml").open("rb") as file:
        return tomllib.load(file)
