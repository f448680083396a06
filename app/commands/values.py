"""Values of the command line: days and instants, refused with the form that was expected."""

import datetime as dt

import click

from app.words import keys
from lists.codes import parse_list
from lists.days import parse_day, parse_instant
from lists.errors import BadText


class DayType(click.ParamType[dt.date]):
    """A civil day."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        try:
            return parse_day(str(value))
        except BadText:
            self.fail(f"{value!r} is no day; expected one such as 2026-01-01", param, ctx)


class InstantType(click.ParamType[dt.datetime]):
    """An instant with its offset."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        try:
            return parse_instant(str(value))
        except BadText:
            self.fail(f"{value!r} is no instant; expected one such as 2026-01-01T12:00:00Z", param, ctx)


class FirstDayType(click.ParamType[tuple[str | None, dt.date]]):
    """A first day, for one list or for all: `2026-01-01` or `505=2026-01-01`."""

    name = "[LIST=]day"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str | None, dt.date]:
        code, _, day = str(value).rpartition("=")
        try:
            return (parse_list(code) if code else None), parse_day(day)
        except BadText:
            self.fail(
                f"{value!r} is no first day; expected one such as 2026-01-01 or 505=2026-01-01", param, ctx
            )


class GateType(click.ParamType[str]):
    """The name of a gate."""

    name = "gate"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        known = keys("gate")
        if value not in known:
            self.fail(f"{value!r} is no gate; expected one of {', '.join(known)}", param, ctx)
        return str(value)


DAY, INSTANT, FIRST_DAY = DayType(), InstantType(), FirstDayType()

OVERRIDE = click.option(
    "--override",
    type=GateType(),
    multiple=True,
    help="A gate that may fire; may be repeated. --reason says why.",
)
"""Which gates may fire, wherever something is published."""
