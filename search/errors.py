"""What search refuses: a query longer than it answers. Every other text gets an answer."""

from pathlib import Path


class SearchError(Exception):
    """The root of this room's errors."""


class QueryTooLong(SearchError):
    """
    The query is longer than a search is given.

    `found` and `limit` count `unit`: "characters" or "words". Nothing was searched.
    """

    def __init__(self, *, found: int, limit: int, unit: str) -> None:
        super().__init__(f"the query has {found} {unit}; at most {limit} {unit} are searched: leave some out")
        self.found = found
        self.limit = limit
        self.unit = unit


class IndexUnreadable(SearchError):
    """There is no index in this directory, or one that another version of this program built."""

    def __init__(self, directory: Path, *, found: str) -> None:
        super().__init__(f"{directory}: {found}; expected the files of a search index: build it again")
        self.directory = directory
        self.found = found
