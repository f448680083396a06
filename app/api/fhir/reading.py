"""One resource by its id, without looking at all the others."""

import datetime as dt

from app.api.fhir.finding import DEVICE, MEDICATION, PRICE, defined
from app.fhir.bundle import Resource
from app.fhir.names import from_id, split_id
from app.read.as_fhir import Telling, told_price, told_product
from app.read.fhir_stock import PriceKey, price_since, product_since
from lists.errors import NotThere


def read_one(telling: Telling, kind: str, identity: str) -> Resource:
    """
    A resource.

    Raises:
        NotThere: "no-fhir-resource", or for a product why it is not listed.
    """
    if kind == PRICE:
        return told_price(telling, _price_key(telling, identity))
    if kind in (DEVICE, MEDICATION):
        return _product(telling, kind, from_id(identity))
    found = next((one for one in defined(telling, kind) if one.id == identity), None)
    if found is None:
        raise absent(kind, identity)
    return found


def absent(kind: str, identity: str) -> NotThere:
    """What says that there is no such resource."""
    return NotThere("no-fhir-resource", kind=kind, found=identity)


def _product(telling: Telling, kind: str, varenr: str) -> Resource:
    telling.view.require_listed(varenr)
    found = told_product(telling, varenr, product_since(telling.view, varenr))
    if type(found).__name__ != kind:
        raise absent(kind, varenr)
    return found


def _price_key(telling: Telling, identity: str) -> PriceKey:
    parts = split_id(identity)
    if len(parts) != len(("list", "varenr", "kind", "first")):
        raise absent(PRICE, identity)
    code, varenr, kind, first = parts
    listed = telling.view.require_listed(varenr)
    on_list = next((one for one in listed if one.index.mark.list == code), None)
    price = next((one for one in on_list.entry.prices if one.kind.value == kind), None) if on_list else None
    if price is None:
        raise absent(PRICE, identity)
    since = price_since(telling.view, code, varenr, kind)
    return PriceKey(code, varenr, kind, price.kind.system, _day(identity, first), None, since)


def _day(identity: str, text: str) -> dt.date | None:
    if text == "0":
        return None
    try:
        return dt.datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 a civil day
    except ValueError as error:
        raise absent(PRICE, identity) from error
