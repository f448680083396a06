"""What a value that may be changed is called: its path, as a person reads it."""

import re

from app.words import has, say

_PATH = re.compile(r"(?P<name>\w+)(?:\[(?P<of>.*)\])?(?:\.(?P<member>\w+))?", re.DOTALL)


def field_title(path: str, lang: str) -> str:
    """
    The name of a value; its path where it has none.

    >>> field_title("prices[E,2026-01-01].amount", "en"), field_title("limit[dispensing]", "en")
    ('Price E, 2026-01-01: amount', 'Limit per dispensing')
    >>> field_title("elsewhere", "en")
    'elsewhere'
    """
    found = _PATH.fullmatch(path)
    if found is None:
        return path
    name, of, member = found["name"], found["of"] or "", found["member"] or ""
    parts = (name, of) if name == "limit" else (name.replace("_", "-"), member.replace("_", "-"))
    key = "-".join(filter(None, parts))
    if not has("page", f"field-{key}"):
        return path
    return say("page", "field-" + key, lang, of=of.replace(",", ", "))
