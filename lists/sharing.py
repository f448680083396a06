"""Two editions side by side: what a product says in both is held once."""

import msgspec

from lists.records import Entry

_SHARED = ("varenr", "name", "placements", "supplier", "supplier_item_number", "size", "pack", "prices")


def sharing(entry: Entry, known: Entry | None) -> Entry:
    """The same entry, made of another's parts as far as they are equal."""
    if known is None:
        return entry
    return msgspec.structs.replace(
        entry,
        **{part: value for part in _SHARED if (value := getattr(known, part)) == getattr(entry, part)},
    )
