"""What a table and a column of lists.db are: a name, a type, and what they mean."""

import msgspec

TEXT, INTEGER = "TEXT", "INTEGER"


class Column(msgspec.Struct, frozen=True):
    """A column and what it says; `mark` where it is the source's mark on a version and no content."""

    name: str
    type: str
    comment: str
    optional: bool = True
    mark: bool = False


class Table(msgspec.Struct, frozen=True):
    """
    A table of rows that hold from one edition of a list to another.

    A row holds in the editions `from_ordinal <= ordinal < to_ordinal` of its list; `to_ordinal`
    is NULL while it holds in the last one. `list` and `key` name a subject, one row of which
    holds at a time.
    """

    name: str
    comment: str
    key: tuple[Column, ...]
    values: tuple[Column, ...]

    @property
    def key_names(self) -> tuple[str, ...]:
        """The key's columns without `list`."""
        return tuple(column.name for column in self.key)

    @property
    def key_columns(self) -> str:
        """The same as SQL names them."""
        return ", ".join(self.key_names)

    @property
    def columns(self) -> str:
        """Key and values without list and range, as SQL names them."""
        return ", ".join(column.name for column in (*self.key, *self.values))

    @property
    def content(self) -> int:
        """How many of the values, from the first, are content; marks come last."""
        return sum(not column.mark for column in self.values)


def key(name: str, comment: str, kind: str = TEXT) -> Column:
    return Column(name, kind, comment, optional=False)


def text(name: str, comment: str) -> Column:
    return Column(name, TEXT, comment)


def number(name: str, comment: str) -> Column:
    return Column(name, INTEGER, comment)
