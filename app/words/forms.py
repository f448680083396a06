"""How each language writes days, amounts of money and counts, and Norway's clocks an instant."""

import datetime as dt
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from lists.days import OSLO, parse_day
from lists.errors import BadDay

_LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
_CURRENCIES = {"nb": {"NOK": "kr"}, "nn": {"NOK": "kr"}, "en": {}}
_NO_BREAK = "\u00a0"


def day_told(day: dt.date, lang: str) -> str:
    """
    A day as people write it.

    >>> day_told(dt.date(2026, 12, 31), "nb"), day_told(dt.date(2026, 12, 31), "en")
    ('31. desember 2026', '31 December 2026')
    """
    return format_date(day, "long", locale=_LOCALES[lang])


def as_told(text: str, lang: str) -> str:
    """
    A text that is a day as people write it; any other as it stands.

    >>> as_told("2026-12-31", "en"), as_told("20261231", "en")
    ('31 December 2026', '20261231')
    """
    try:
        return day_told(parse_day(text), lang)
    except BadDay:
        return text


def month_told(day: dt.date, lang: str) -> str:
    """
    A month, short enough for an axis.

    >>> month_told(dt.date(2026, 1, 1), "nn"), month_told(dt.date(2026, 7, 1), "en")
    ('jan. 2026', 'Jul 2026')
    """
    return format_date(day, "MMM y", locale=_LOCALES[lang])


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


def moment_told(instant: dt.datetime, lang: str) -> str:
    """
    The same as people write it.

    >>> moment_told(dt.datetime(2026, 6, 30, 22, 5, tzinfo=dt.UTC), "nb")
    '1. juli 2026, 00:05'
    """
    shown = instant.astimezone(OSLO)
    return f"{day_told(shown.date(), lang)}, {shown:%H:%M}"
