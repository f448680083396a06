"""Reads what FHIR's resources of products and prices are made of."""

import datetime as dt

import msgspec

from app.fhir.charge_item import ChargeItemDefinition, Priced, charge_item_definition, price_id
from app.fhir.device_definition import DeviceDefinition, device_definition
from app.fhir.medication import Medication, medication
from app.fhir.names import Base
from app.fhir.product import Product
from app.fhir.version import Standing
from app.read.fhir_prices import ListPrices, PriceAt
from app.read.fhir_stock import MEDICINE, PriceKey
from app.read.products import Listed, product_shape
from app.read.view import View
from lists.errors import NotThere


class Telling(msgspec.Struct, frozen=True):
    """
    What is told, and where.

    Attributes:
        base: What the names of our own resources begin with.
        made_up: It is a demonstration.
        publisher: Who answers for it, where somebody said so.
    """

    view: View
    base: Base
    made_up: bool
    publisher: str | None = None

    def standing(self, since: dt.datetime | None = None) -> Standing:
        """
        How a resource stands in time.

        Args:
            since: Since when it is told as it is; None for what the program itself says.
        """
        return Standing(since, self.made_up, self.publisher)


def told_product(telling: Telling, varenr: str, since: dt.datetime) -> Medication | DeviceDefinition:
    """
    A product.

    Raises:
        NotThere: As `View.require_listed`.
    """
    product = _product(telling, varenr, since)
    if product.shape.kind == MEDICINE:
        return medication(telling.base, product)
    return device_definition(telling.base, product)


def told_price(telling: Telling, key: PriceKey) -> ChargeItemDefinition:
    """
    A price.

    Raises:
        NotThere: "no-fhir-resource": the list has no such price as of the view's release.
    """
    prices = ListPrices(telling.view, key.list)
    at = PriceAt(key.kind, key.system, key.first)
    told = next((prices.told(rows).get(at) for _, rows in prices.rows.of(key.varenr)), None)
    if told is None:
        identity = price_id(key.list, key.varenr, key.kind, key.first)
        raise NotThere("no-fhir-resource", found=identity, kind="ChargeItemDefinition")
    priced = Priced(
        list=key.list,
        varenr=key.varenr,
        number_kind=prices.rows.editions[told.mark.ordinal].number_kind,
        name=told.name,
        is_medicine=told.product == MEDICINE,
        legal_basis=told.legal_basis,
        kind=told.kind,
        amount=told.amount,
        currency=told.currency,
        first=key.first,
        last=told.last,
        former=told.former,
        edition=told.mark.id,
        standing=telling.standing(key.since),
    )
    return charge_item_definition(telling.base, priced)


def _product(telling: Telling, varenr: str, since: dt.datetime) -> Product:
    listed = telling.view.require_listed(varenr)
    shape = product_shape(listed, telling.view.valid_on)
    newest = max(listed, key=_taken_over)
    kind, entry = newest.index.terms.number_kind, newest.entry
    return Product(shape, kind, entry.unit, entry.medicine, telling.standing(since))


def _taken_over(listed: Listed) -> tuple[dt.date, int, str]:
    mark = listed.index.mark
    return mark.valid_from, mark.release, mark.list
