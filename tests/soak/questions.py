"""What is asked, and how an answer is held to the naive model."""

import datetime as dt
import random
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from app.web.feeds import MOST_ENTRIES
from lists.prescription import Already, Dispensing, Line, Prescription
from tests.flow.naive_check import Naive
from tests.soak.drawing import LISTS, NEVER_LISTED, NUMBERS, WORDS, days
from tests.soak.history import Known, amount, limits_of
from tests.soak.shown import as_body, line_of, places_in

GOOD, GONE = 200, (404, 410)
_LED_TO = re.compile(rb"&amp;to=([^&\"]+)")


class Answer(msgspec.Struct, frozen=True):
    """An answer as it came; `release` is None where no header says it."""

    status: int
    body: bytes
    release: int | None
    etag: str | None = None

    def document(self) -> Any:
        """The body, where it is JSON."""
        return msgspec.json.decode(self.body)


Judge = Callable[[Answer, Known], str]
"""What is wrong with an answer, as known at its release; "" where nothing is."""


class Question(msgspec.Struct, frozen=True):
    """
    What is asked, and what its answer must be.

    Attributes:
        as_known: At which release, where it is not about all that is known.
    """

    kind: str
    path: str
    judge: Judge
    body: bytes | None = None
    as_known: int | None = None


class Asker:
    """Draws questions about what has been released so far."""

    def __init__(self, rng: random.Random, today: dt.date, published_at: Mapping[int, dt.datetime]) -> None:
        self._rng = rng
        self._today = today
        self._published_at = published_at

    def question(self, known: Known) -> Question:
        """The next question; `known` is what is certainly released by now."""
        return self._rng.choice(_KINDS)(self, known)

    def product(self, known: Known) -> Question:
        return self._product("product today", self._number(), self._today)

    def product_on_a_day(self, known: Known) -> Question:
        day = self._day()
        return self._product("product on a day", self._number(), day, f"?valid_on={day}")

    def product_known_earlier(self, known: Known) -> Question:
        day, release = self._day(), self._rng.randint(1, known.release)
        at = self._published_at[release].strftime("%Y-%m-%dT%H:%M:%SZ")
        query = f"?valid_on={day}&known_at={at}"
        return self._product("product as known earlier", self._number(), day, query, release=release)

    def lookup(self, known: Known) -> Question:
        numbers = self._rng.sample((*NUMBERS, NEVER_LISTED), 5)

        def judge(answer: Answer, known: Known) -> str:
            document = answer.document()
            listed = [one for one in numbers if known.listed(one, self._today)]
            found = {one["varenr"]: places_in(one) for one in document["items"]}
            missing = sorted(one["varenr"] for one in document["missing"])
            return _differs(found, {one: known.placed(one, self._today) for one in listed}) or _differs(
                missing, sorted(set(numbers) - set(listed))
            )

        return Question("lookup", "/v1/products/lookup", judge, msgspec.json.encode({"varenr": numbers}))

    def lists(self, known: Known) -> Question:
        day = self._day()

        def judge(answer: Answer, known: Known) -> str:
            items = answer.document()["items"]
            found = [
                (one["list"], one["in_force"]["edition"], one["products"]) for one in items if one["in_force"]
            ]
            in_force = {code: known.in_force(code, day) for code in known.codes(day)}
            expected = [(code, one.name, len(one.edition.entries)) for code, one in in_force.items() if one]
            return _differs(found, expected)

        return Question("lists", f"/v1/lists?valid_on={day}", judge)

    def products_of_list(self, known: Known) -> Question:
        code, day = self._list(known), self._day()

        def judge(answer: Answer, known: Known) -> str:
            items = answer.document()["items"]
            return _differs({one["varenr"] for one in items}, known.numbers(code, day)) or _first(
                _differs(places_in(one), known.placed(one["varenr"], day)) for one in items
            )

        return Question("products of a list", f"/v1/lists/{code}/products?valid_on={day}&limit=1000", judge)

    def group(self, known: Known) -> Question:
        code, day = self._list(known), self._day()
        group = self._rng.choice(LISTS[code])

        def judge(answer: Answer, known: Known) -> str:
            one = known.in_force(code, day)
            groups = {has.code.value: has for has in one.edition.terms.groups} if one is not None else {}
            if one is None or group not in groups:
                return _differs(answer.status in GONE, expected=True)
            conditions = {condition.id: condition for condition in one.edition.terms.conditions}
            inside = [entry for entry in one.edition.entries if entry.placements[0].group == group]
            document = answer.document()
            found = tuple(sorted((limit["max"], limit["per"]) for limit in document["limits"]))
            return _differs(
                (document["edition"], document["products"], found),
                (one.name, len(inside), limits_of(groups[group], conditions)),
            )

        return Question("group", f"/v1/groups/{group}?list={code}&valid_on={day}", judge)

    def search_by_number(self, known: Known) -> Question:
        varenr, day = self._number(), self._day()

        def judge(answer: Answer, known: Known) -> str:
            hits = {hit["product"]["varenr"]: hit["product"] for hit in answer.document()["items"]}
            if not known.listed(varenr, day):
                return _differs(varenr in hits, expected=False)
            if varenr not in hits:
                return f"{varenr} is listed and was not found"
            return _differs(places_in(hits[varenr]), known.placed(varenr, day))

        return Question("search by number", f"/v1/search?q={varenr}&valid_on={day}", judge)

    def search_by_word(self, known: Known) -> Question:
        word, day = self._rng.choice(WORDS), self._day()

        def judge(answer: Answer, known: Known) -> str:
            expected = known.called(word, day)
            found = {hit["product"]["varenr"] for hit in answer.document()["items"]}
            # A product of two lists may be called otherwise on the other; without any hit, one is guessed.
            return f"{sorted(expected - found)} are not found" if expected - found else ""

        return Question("search by word", f"/v1/search?q={word}&valid_on={day}&limit=100", judge)

    def changes(self, known: Known) -> Question:
        code = self._list(known)
        released = [one for one in known.released() if one.edition.terms.list == code]
        was, now = self._rng.choice(released), self._rng.choice(released)

        def judge(answer: Answer, known: Known) -> str:
            if max(was.release, now.release) > known.release:
                return _differs(answer.status in GONE, expected=True)
            items = [one for one in answer.document()["items"] if one["subject"] == "product"]
            before, after = ({entry.varenr: entry for entry in one.edition.entries} for one in (was, now))
            found = {
                event: {one["key"] for one in items if one["event"] == event}
                for event in ("added", "removed")
            }
            expected = {"added": after.keys() - before.keys(), "removed": before.keys() - after.keys()}
            changed = {one["key"] for one in items if one["event"] == "changed"}
            both = before.keys() & after.keys()
            priced = {one for one in both if before[one].prices != after[one].prices}
            return _differs(found, expected) or _differs(priced <= changed <= both, expected=True)

        path = f"/v1/changes?list={code}&from={was.name}&to={now.name}&limit=1000"
        return Question("changes", path, judge)

    def check(self, known: Known) -> Question:
        code = self._list(known)
        on = self._rng.choice([day for day in days(self._today) if known.in_force(code, day)])
        prescribed = self._rng.choice((code, *LISTS[code]))
        asked = Prescription(prescribed, on - dt.timedelta(days=self._rng.choice((0, 5, 60))))
        lines = tuple(Line(varenr, packs=self._rng.randint(1, 12)) for varenr in self._rng.sample(NUMBERS, 3))
        already = (Already(self._number(), 60, on, code),) if self._rng.random() < 0.5 else None
        dispensing = Dispensing(asked, on, lines, already)

        def judge(answer: Answer, known: Known) -> str:
            told = Naive(known.editions, dispensing).judge()
            expected = [
                (one.verdict, one.group, set(one.limits), amount(one.amount) if one.amount else None)
                for one in told
            ]
            return _differs([line_of(line) for line in answer.document()["lines"]], expected)

        return Question("check", "/v1/check", judge, as_body(dispensing))

    def feed(self, known: Known) -> Question:
        code = self._list(known)

        def judge(answer: Answer, known: Known) -> str:
            names = {one.name for one in known.released() if one.edition.terms.list == code}
            led_to = {found.decode() for found in _LED_TO.findall(answer.body)}
            entries = answer.body.count(b"<entry>")
            return _differs((entries, led_to <= names), (min(MOST_ENTRIES, len(names)), True))

        return Question("feed", f"/liste/{code}/endringer.atom", judge)

    def page_of_product(self, known: Known) -> Question:
        varenr, day = self._number(), self._day()

        def judge(answer: Answer, known: Known) -> str:
            name = known.name(varenr, day)
            if name is None:
                return _differs(answer.status in GONE, expected=True)
            page = answer.body.decode()
            kroner = [
                price.replace(".", ",") for one in known.placed(varenr, day) for _, price, _ in one.prices
            ]
            absent = [text for text in (name, *kroner) if text not in page]
            return f"the page lacks {absent}" if answer.status != GOOD or absent else ""

        return Question("page of a product", f"/vare/{varenr}?valid_on={day}", judge)

    def first_page(self, known: Known) -> Question:
        return Question("first page", "/", lambda answer, known: _differs(answer.status, GOOD))

    def _product(
        self, kind: str, varenr: str, day: dt.date, query: str = "", *, release: int | None = None
    ) -> Question:
        def judge(answer: Answer, known: Known) -> str:
            expected = known.placed(varenr, day)
            if not expected:
                return _differs(answer.status in GONE, expected=True)
            document = answer.document()
            return _differs((document["name"], places_in(document)), (known.name(varenr, day), expected))

        return Question(kind, f"/v1/products/{varenr}{query}", judge, as_known=release)

    def _number(self) -> str:
        return self._rng.choice((*NUMBERS, NEVER_LISTED))

    def _day(self) -> dt.date:
        return self._rng.choice((self._today, *days(self._today)))

    def _list(self, known: Known) -> str:
        return self._rng.choice(sorted({edition.terms.list for edition in known.editions}))


_KINDS: tuple[Callable[[Asker, Known], Question], ...] = (
    *(Asker.product, Asker.product, Asker.product_on_a_day, Asker.product_known_earlier),
    *(Asker.lookup, Asker.lists, Asker.products_of_list, Asker.group),
    *(Asker.search_by_number, Asker.search_by_word, Asker.changes, Asker.check),
    *(Asker.feed, Asker.page_of_product, Asker.first_page),
)


def _differs(found: object, expected: object) -> str:
    return "" if found == expected else f"found {found!r}, expected {expected!r}"


def _first(told: Iterable[str]) -> str:
    return next((one for one in told if one), "")
