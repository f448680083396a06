"""What a profile says about a country's table: a new list is a new TOML file, not new code."""

import re
from pathlib import Path
from typing import Annotated

import msgspec

from lists.codes import NUMBER_KINDS
from lists.conditions import PERIODS
from lists.errors import SourceUnreadable

_HERE = Path(__file__).parent
_SIZE_LIMIT = 1 << 20

Name = Annotated[str, msgspec.Meta(min_length=1)]
Names = Annotated[tuple[Name, ...], msgspec.Meta(min_length=1)]
"""Names one column has had over time; a table has exactly one of them."""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the TOML file; a word we do not know is a slip and is named."""


class Key(_Table, frozen=True):
    """
    The product number.

    Attributes:
        columns: The columns it is joined from; a row where the first is blank has no key.
        joined_by: What stands between them, also where a later one is blank.
        check: Form and check digit: "snomed", "varenr" or "" for none.
        pattern: A regular expression the whole key must match; "" for any.
    """

    columns: Annotated[tuple[Names, ...], msgspec.Meta(min_length=1)]
    joined_by: str = ""
    check: str = ""
    pattern: str = ""


class ListOf(_Table, frozen=True):
    """
    Which list, or lists, a row belongs to.

    Attributes:
        code: The list of every row, where the table is one list.
        column: Else the column that says it.
        values: What may stand there, and the lists it means.
        titles: What each list is called, by its code; the order is that of the lists.
        system: Code system of the legal basis, which is named by the code of the list.
    """

    titles: dict[Name, Name]
    system: Name
    code: str = ""
    column: tuple[Name, ...] = ()
    values: dict[str, tuple[Name, ...]] = {}


class GroupOf(_Table, frozen=True):
    """
    The group a product hangs in.

    Attributes:
        column: Its code.
        code_is_text: The code is what people call the group; otherwise the table has no text for it.
        parent: Column of the group above it, itself a group of the list.
    """

    column: Names
    system: Name
    code_is_text: bool = False
    parent: tuple[Name, ...] = ()
    parent_system: str = ""


class PriceOf(_Table, frozen=True):
    """
    One price column.

    Attributes:
        kind: "list" or "premium".
        unit: Ten-thousandths of the currency that 1 in the column means: 10,000 for pounds, 100 for pence.
        optional: A blank cell means that there is none.
        negative: "blocks", or "noted" where the source writes amounts below zero that are no price.
    """

    column: Names
    kind: Name
    unit: Annotated[int, msgspec.Meta(ge=1)]
    optional: bool = False
    negative: str = "blocks"


class LimitOf(_Table, frozen=True):
    """
    How a cell writes a quantity limit; it counts over the group.

    Attributes:
        pattern: A regular expression with the named parts `max` and `period`.
        periods: The mark of each period, and the period it means.
        texts: What the limit is called, by period; {max} stands for the number, {found} for the cell.
        optional: A blank cell means that there is none.
    """

    column: Names
    pattern: Name
    periods: dict[Name, Name]
    texts: dict[Name, Name]
    optional: bool = False


class LeftOut(_Table, frozen=True):
    """Rows that are no entries: those with this value in this column; each is noted."""

    column: Names
    value: Name


class Profile(_Table, frozen=True):
    """
    How one country's table is read.

    Attributes:
        encoding: "utf-8" (a byte order mark may stand or not), "latin-1" or "windows-1252".
        sheet: Name of the sheet of a workbook; "" for the first one.
        kind: Kind of every product: "consumable", "nutrition", …
        name: Columns of the name in order; the first that is not blank is taken. Each is required.
        pack: Units in a pack as a decimal number; a fraction has no `units_per_pack` (rule 14).
        unused: Columns that are known and carry nothing we show.
    """

    title: Name
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
    number_kind: Name
    kind: Name
    key: Key
    list: ListOf
    group: GroupOf
    name: Annotated[tuple[Names, ...], msgspec.Meta(min_length=1)]
    encoding: str = "utf-8"
    sheet: str = ""
    supplier: tuple[Name, ...] = ()
    supplier_item_number: tuple[Name, ...] = ()
    size: tuple[Name, ...] = ()
    pack: tuple[Name, ...] = ()
    unit: tuple[Name, ...] = ()
    unit_system: str = ""
    gtin: tuple[Name, ...] = ()
    unused: tuple[Name, ...] = ()
    price: tuple[PriceOf, ...] = ()
    limit: LimitOf | None = None
    left_out: tuple[LeftOut, ...] = ()

    def columns(self) -> tuple[Names, ...]:
        """Every column the profile reads, each as its names over time, without doubles."""
        single = (self.supplier, self.supplier_item_number, self.size, self.pack, self.unit)
        read = (
            *self.key.columns,
            self.list.column,
            self.group.column,
            self.group.parent,
            *self.name,
            *single,
            self.gtin,
            *(price.column for price in self.price),
            self.limit.column if self.limit else (),
            *(rows.column for rows in self.left_out),
        )
        return tuple(dict.fromkeys(names for names in read if names))


def built_in() -> tuple[str, ...]:
    """The names of the profiles that come with the program, sorted."""
    return tuple(sorted(path.stem for path in _HERE.glob("*.toml")))


def profile_path(name_or_path: str | Path) -> Path:
    """Where a profile lies: the built-in one of that name, else the path itself."""
    name = str(name_or_path)
    return _HERE / f"{name}.toml" if name in built_in() else Path(name_or_path)


def load_profile(name_or_path: str | Path) -> Profile:
    """
    Read a profile.

    Args:
        name_or_path: The name of a built-in profile, else the path of a TOML file in UTF-8.

    Raises:
        SourceUnreadable: There is none, or it says something that no profile says; the place is named.
    """
    name = str(name_or_path)
    path = profile_path(name_or_path)
    where = path.name or name
    try:
        with path.open("rb") as file:
            content = file.read(_SIZE_LIMIT)
    except (OSError, ValueError) as error:
        raise SourceUnreadable("profile-unknown", where=name, known=", ".join(built_in())) from error
    try:
        profile = msgspec.toml.decode(content, type=Profile)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise SourceUnreadable("profile-form", where=where, found=str(error)) from error
    for found in _contradictions(profile):
        raise SourceUnreadable("profile-form", where=where, found=found)
    return profile


def _contradictions(profile: Profile) -> list[str]:
    """What each word alone allows and all together do not."""
    of = profile.list
    lists = {code for codes in of.values.values() for code in codes} | ({of.code} - {""})
    limit = profile.limit
    checks = {
        f"number_kind {profile.number_kind!r}": profile.number_kind in NUMBER_KINDS,
        f"encoding {profile.encoding!r}": profile.encoding in ("utf-8", "latin-1", "windows-1252"),
        f"key.check {profile.key.check!r}": profile.key.check in ("", "snomed", "varenr"),
        "list: either code or column": bool(of.code) != bool(of.column),
        f"list.titles {sorted(of.titles)}": lists == set(of.titles),
        "price.negative": all(price.negative in ("blocks", "noted") for price in profile.price),
        "limit.pattern": limit is None or _names_parts(limit.pattern),
        "limit.periods": limit is None or set(limit.periods.values()) <= set(PERIODS),
        "limit.texts": limit is None or set(limit.periods.values()) == set(limit.texts),
    }
    return [what for what, holds in checks.items() if not holds]


def _names_parts(pattern: str) -> bool:
    try:
        return set(re.compile(pattern).groupindex) == {"max", "period"}
    except re.error:
        return False
