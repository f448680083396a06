"""Parts of paths on pages, whatever is in them."""

from urllib.parse import quote


def part(text: str) -> str:
    """One part of a path, whatever is in it: some product numbers have slashes."""
    return quote(text, safe="")
