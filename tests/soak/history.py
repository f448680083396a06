"""The naive model: all editions in the order they were released, and plain loops over them."""

import datetime as dt
from collections.abc import Iterator

import msgspec

from lists.edition import Edition
from lists.records import Condition, Entry, Group, Price

_PER = {"15": "calendar_year", "16": "dispensing"}


class Released(msgspec.Struct, frozen=True):
    """An edition and the release that brought it."""

    release: int
    edition: Edition

    @property
    def name(self) -> str:
        """As answers name it."""
        return f"{self.edition.terms.list}/{self.edition.valid_from}/{self.release}"


class Placed(msgspec.Struct, frozen=True, order=True):
    """A product in one group of one list, as far as it is held to the model."""

    edition: str
    group: str
    prices: tuple[tuple[str, str, str], ...]
    limits: tuple[tuple[int, str], ...]
    prescribe_until: str
    dispense_until: str


class Known(msgspec.Struct, frozen=True):
    """What was released up to and with one release: the first edition is release 1, the next is 2."""

    editions: tuple[Edition, ...]

    @property
    def release(self) -> int:
        """The last of them."""
        return len(self.editions)

    def released(self) -> list[Released]:
        """All editions with their releases."""
        return [Released(number, edition) for number, edition in enumerate(self.editions, start=1)]

    def until(self, release: int) -> "Known":
        """The same as known at an earlier release."""
        return Known(self.editions[:release])

    def codes(self, day: dt.date) -> list[str]:
        """The lists in force on a day."""
        codes = {edition.terms.list for edition in self.editions if edition.valid_from <= day}
        return sorted(codes)

    def in_force(self, code: str, day: dt.date) -> Released | None:
        """The last by first day and release, of those that are released and have begun."""
        begun = [
            one for one in self.released() if one.edition.terms.list == code and one.edition.valid_from <= day
        ]
        return max(begun, key=lambda one: (one.edition.valid_from, one.release)) if begun else None

    def listed(self, varenr: str, day: dt.date) -> list[tuple[Released, Entry]]:
        """The entries of a product in the editions in force, by list."""
        found = []
        for code in self.codes(day):
            one = self.in_force(code, day)
            assert one is not None
            found += [(one, entry) for entry in one.edition.entries if entry.varenr == varenr]
        return found

    def name(self, varenr: str, day: dt.date) -> str | None:
        """As its newest entry has it; None where the product is not listed."""
        listed = self.listed(varenr, day)
        if not listed:
            return None
        newest = max(
            listed, key=lambda one: (one[0].edition.valid_from, one[0].release, one[0].edition.terms.list)
        )
        return newest[1].name

    def placed(self, varenr: str, day: dt.date) -> list[Placed]:
        """Where a product stands on a day, and on what terms."""
        return sorted(place for one, entry in self.listed(varenr, day) for place in _places(one, entry))

    def numbers(self, code: str, day: dt.date) -> set[str]:
        """The products of a list."""
        one = self.in_force(code, day)
        return {entry.varenr for entry in one.edition.entries} if one is not None else set()

    def called(self, word: str, day: dt.date) -> set[str]:
        """The products whose name has this word, in an edition in force."""
        return {
            entry.varenr
            for code in self.codes(day)
            for one in (self.in_force(code, day),)
            if one is not None
            for entry in one.edition.entries
            if word in entry.name.split()
        }


def limits_of(group: Group, conditions: dict[str, Condition]) -> tuple[tuple[int, str], ...]:
    """The limits of a group: how many, and for how long."""
    return tuple(
        sorted(
            (int(form.texts[0]), _PER[form.type.value])
            for identity in group.conditions
            for form in conditions[identity].coded
        )
    )


def amount(ten_thousandths: int) -> str:
    """
    As answers write it.

    >>> amount(125_000)
    '12.50'
    """
    return f"{ten_thousandths // 10_000}.{ten_thousandths // 100 % 100:02}"


def _places(one: Released, entry: Entry) -> Iterator[Placed]:
    groups = {group.code.value: group for group in one.edition.terms.groups}
    conditions = {condition.id: condition for condition in one.edition.terms.conditions}
    for placement in entry.placements:
        yield Placed(
            one.name,
            placement.group,
            tuple(sorted(map(_price, entry.prices))),
            limits_of(groups[placement.group], conditions),
            str(placement.prescribe_until),
            str(placement.dispense_until),
        )


def _price(price: Price) -> tuple[str, str, str]:
    return price.kind.value, amount(price.amount), str(price.valid_from)
