"""The command for what the gates hold drafts against: the settings of a home."""

import difflib
from contextlib import closing

import click
import msgspec

from app.commands.context import DONE, Session, command
from app.commands.publishing import EDITOR
from app.workshop.database import Workshop
from lists.errors import Refused
from lists.gates import GateLimits


@click.command()
@click.argument("setting", required=False)
@click.argument("value", type=int, required=False)
@click.option("--by", default=EDITOR, show_default=True, help="Who sets it, for the log.")
@command
def gates(session: Session, setting: str | None, value: int | None, by: str) -> int:
    """What gates hold drafts against; with SETTING and VALUE, hold them against something else."""
    if setting is not None and value is None:
        raise click.UsageError(f"SETTING asks for VALUE: name the number that {setting} shall be")
    session.home.require()
    with closing(Workshop(session.home.workshop)) as workshop:
        limits = workshop.gate_limits
        if setting is not None:
            limits = _with(limits, setting, value)
            workshop.set_gate_limits(limits, by=by)
    session.give(limits)
    for name, known in msgspec.structs.asdict(limits).items():
        session.tell_text(f"{name:24} {known}")
    return DONE


def _with(limits: GateLimits, setting: str, value: int | None) -> GateLimits:
    """
    The limits with one of them set.

    Raises:
        Refused: "gate-setting-unknown", with the nearest known one, or "gate-setting-range".
    """
    known = msgspec.structs.asdict(limits)
    if setting not in known:
        nearest = next(iter(difflib.get_close_matches(setting, known, n=1, cutoff=0.5)), "")
        raise Refused("gate-setting-unknown", found=setting, nearest=nearest, known=", ".join(known))
    try:
        return msgspec.convert({**known, setting: value}, GateLimits)
    except msgspec.ValidationError as error:
        raise Refused("gate-setting-range", field=setting, found=value, rule=error) from error


COMMANDS: tuple[click.Command, ...] = (gates,)
