"""The public JSON of answers, told as the naive model tells what it expects."""

from typing import Any

import msgspec

from lists.prescription import Dispensing
from tests.soak.history import Placed


def places_in(product: Any) -> list[Placed]:
    """The entries of a product's answer."""
    return sorted(
        Placed(
            entry["edition"],
            entry["group"]["code"],
            tuple(sorted((one["code"], one["amount"], str(one["valid_from"])) for one in entry["prices"])),
            tuple(sorted((limit["max"], limit["per"]) for limit in entry["limits"])),
            str(entry["prescribe_until"]),
            str(entry["dispense_until"]),
        )
        for entry in product["entries"]
    )


def line_of(line: Any) -> tuple[object, ...]:
    """A line of a check's answer as the naive reading tells it."""
    limits = {
        (
            *(use["max"], use["per"], use["scope"]["codes"][0], use["condition"]),
            *(use["used"], use["asked"], use["left_before"], use["left_after"]),
        )
        for use in line["limits"]
    }
    entry, money = line["entry"], line["max_reimbursement"]
    group = entry["group"]["code"] if entry is not None else None
    return line["verdict"], group, limits, money["amount"] if money is not None else None


def as_body(dispensing: Dispensing) -> bytes:
    """A dispensing as it is sent to be checked."""
    asked, already = dispensing.prescription, dispensing.already
    return msgspec.json.encode(
        {
            "prescription": {"code": asked.code, "written_on": asked.written_on},
            "dispensed_on": dispensing.dispensed_on,
            "lines": [{"varenr": line.varenr, "packs": line.packs} for line in dispensing.lines],
            **({"already": already} if already is not None else {}),
        }
    )
