"""One resource by its id, without looking at all the others."""

from app.api.fhir.few import defined
from app.api.fhir.finding import DEVICE, MEDICATION, PRICE
from app.fhir.bundle import Resource
from app.fhir.charge_item import price_id
from app.fhir.names import from_id, split_id
from app.read.as_fhir import Telling, told_price, told_product
from app.read.fhir_stock import PriceKey, price_keys, product_since
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
    if len(parts) == len(("list", "varenr", "kind", "first")) and parts[0] in telling.view.snapshot.timelines:
        for key in price_keys(telling.view, parts[0], parts[1]):
            if identity == price_id(key.list, key.varenr, key.kind, key.first):
                return key
    raise absent(PRICE, identity)
