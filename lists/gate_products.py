"""Gates on a list's products and on its content as a whole: what is gone, renamed, thinned out or old."""

import datetime as dt

from lists.conditions import path_of
from lists.edition import Edition
from lists.gate_result import GateResult, Look, first, named, share
from lists.outline import Outline, distance, outline_of, step_distance


def products_removed(look: Look) -> GateResult:
    had, gone = len(look.step.former.entries), look.step.gone
    percent, least = look.limits.removed_percent, look.limits.removed_least
    passed = 100 * len(gone) <= percent * had or len(gone) < least
    found, limit = share(len(gone), had), f"{percent} %, {least}"
    return GateResult("products-removed", look.list, found, limit, passed, subjects=first(gone))


def group_emptied(look: Look) -> GateResult:
    """A group that stands above others counts with all that hangs below it, and is named before them."""
    least, step = look.limits.group_products, look.step
    empty = {
        code
        for code, numbers in step.held_before.items()
        if len(numbers) >= least and not step.held_after.get(code)
    }
    outermost = [code for code in sorted(empty) if empty.isdisjoint(path_of(code, step.before.groups)[:-1])]
    subjects = first("group " + code for code in outermost)
    return GateResult("group-emptied", look.list, named(outermost), str(least), not empty, subjects=subjects)


def names_changed(look: Look) -> GateResult:
    changed = [now.varenr for was, now in look.step.pairs if was.name != now.name]
    percent, stayed = look.limits.names_changed_percent, len(look.step.pairs)
    passed = 100 * len(changed) <= percent * stayed
    found = share(len(changed), stayed)
    return GateResult("names-changed", look.list, found, f"{percent} %", passed, subjects=first(changed))


def less_content(look: Look) -> GateResult:
    """Products, products with a price, groups and conditions, each as it is and was."""
    percent, day = look.limits.content_percent, look.step.following.valid_from
    counts = list(zip(_sizes(look.step.following, day), _sizes(look.step.former, day), strict=True))
    passed = all(100 * now >= percent * was for now, was in counts)
    found = " · ".join(f"{now}/{was}" for now, was in counts)
    return GateResult("less-content", look.list, found, f"{percent} %", passed)


def _sizes(edition: Edition, day: dt.date) -> tuple[int, ...]:
    priced = sum(
        any(price.valid_from is None or price.valid_from <= day for price in entry.prices)
        for entry in edition.entries
    )
    return len(edition.entries), priced, len(edition.terms.groups), len(edition.terms.conditions)


def older_content(look: Look) -> GateResult:
    """Last quarter's file under a new date is nearer to an older edition than to the last one."""
    last = step_distance(look.step.former, look.step.following)
    name, nearest = "", last
    mine: Outline | None = None
    for edition, outline in look.beside.older if last else ():
        mine = mine or outline_of(look.step.following)
        differs = distance(mine, outline)
        if differs < nearest:
            name, nearest = edition, differs
        if not differs:
            break
    found = f"{name}: {nearest}" if name else "–"
    subjects = (name,) if name else ()
    return GateResult("older-content", look.list, found, str(last), not name, subjects=subjects)
