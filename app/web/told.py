"""What a page says: sentences by key, and days, amounts and counts as its language writes them."""

import datetime as dt
from decimal import Decimal
from typing import Any, Protocol

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from app.web.addresses import part
from app.words import say
from lists.days import OSLO

_LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
_CURRENCIES = {"nb": {"NOK": "kr"}, "nn": {"NOK": "kr"}, "en": {}}
_NO_BREAK = "\u00a0"


class Amount(Protocol):
    """An amount as answers have it: a decimal string and its currency."""

    @property
    def amount(self) -> str: ...
    @property
    def currency(self) -> str: ...


class Words:
    """The words of one page in one language: `t('search-label')`."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, **facts: Any) -> str:
        return say("page", key, self.lang, **facts)


def day_told(day: dt.date, lang: str) -> str:
    """
    A day as people write it.

    >>> day_told(dt.date(2026, 12, 31), "nb"), day_told(dt.date(2026, 12, 31), "en")
    ('31. desember 2026', '31 December 2026')
    """
    return format_date(day, "long", locale=_LOCALES[lang])


def money_told(amount: str, currency: str, lang: str) -> str:
    """
    An amount, all its decimals kept.

    >>> money_told("1234.5678", "NOK", "nn").replace(_NO_BREAK, " "), money_told("688.80", "GBP", "en")
    ('1 234,5678 kr', '688.80\\xa0GBP')
    """
    told = format_decimal(Decimal(amount), "#,##0.00##", locale=_LOCALES[lang])
    return f"{told}{_NO_BREAK}{_CURRENCIES[lang].get(currency, currency)}"


def number_told(count: int | Decimal, lang: str) -> str:
    """
    A count or a number.

    >>> number_told(15000, "en"), number_told(15000, "nb").replace(_NO_BREAK, " ")
    ('15,000', '15 000')
    """
    return format_decimal(count, locale=_LOCALES[lang])


def instant_told(instant: dt.datetime) -> str:
    """An instant as the clocks of Norway showed it."""
    return f"{instant.astimezone(OSLO):%Y-%m-%d %H:%M}"


def add_filters(environment: Environment) -> None:
    """Let templates write `day | day`, `price | money`, `count | number` and `varenr | part`."""
    environment.filters |= {
        "day": _day,
        "money": _money,
        "number": _number,
        "instant": instant_told,
        "part": part,
    }


@pass_context
def _day(context: Context, day: dt.date) -> str:
    return day_told(day, context["t"].lang)


@pass_context
def _money(context: Context, amount: Amount) -> str:
    return money_told(amount.amount, amount.currency, context["t"].lang)


@pass_context
def _number(context: Context, count: int | Decimal) -> str:
    return number_told(count, context["t"].lang)
