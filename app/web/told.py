"""What a page says: sentences by key, and days, amounts and counts as its language writes them."""

import datetime as dt
from decimal import Decimal
from typing import Any, Protocol

import msgspec
from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from app.web.paths import part
from app.words import has, say
from app.words.forms import day_told, moment_told, money_told, number_told


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

    def unit(self, code: str) -> str:
        """What a limit counts: `stk` is no word of English."""
        return say("page", "unit-" + code, self.lang) if has("page", f"unit-{code}") else code


def plain_told(value: Any) -> str:
    """A value as it stands: texts as they are, the rest as JSON, nothing as a dash."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def add_filters(environment: Environment) -> None:
    """Let templates write `day | day`, `price | money`, `count | number` and `varenr | part`."""
    environment.filters |= {
        "day": _day,
        "money": _money,
        "number": _number,
        "instant": _instant,
        "unit": _unit,
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


@pass_context
def _instant(context: Context, instant: dt.datetime) -> str:
    return moment_told(instant, context["t"].lang)


@pass_context
def _unit(context: Context, code: str) -> str:
    words: Words = context["t"]
    return words.unit(code)
