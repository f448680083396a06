"""Whose lists a home shows, and where what is told of them is named: a copy names as whom it follows does."""

import msgspec

from app.following.record import read_following
from app.home import Home
from app.operator import NOBODY, Operator, read_operator


def publisher_of(home: Home) -> Operator:
    """
    Who answers for what a home shows; its `address` is where that is named.

    Of a home that publishes itself it is who runs it. Of a copy it is who runs the home it follows, as that
    one told last, and the address it follows where that one names none.

    Raises:
        HomeBroken: "operator-broken", "following-broken".
    """
    following = read_following(home)
    if following is None:
        return read_operator(home)
    told = following.publisher or NOBODY
    return told if told.address else msgspec.structs.replace(told, address=following.url)


def canonical_address(home: Home) -> str | None:
    """
    What the names of everything a home shows begin with; None where it is known by each request only.

    They are the same in every copy, whatever address the copy itself has. Raises as `publisher_of`.
    """
    return publisher_of(home).address
