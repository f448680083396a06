"""The first step of following: an empty home is told whom it follows, and whose signature it trusts."""

import datetime as dt

import msgspec

from app.following.record import Following, keep_following, read_following
from app.following.source import Source
from app.home import Home
from app.publish.making import make_home
from lists.errors import Refused


def begin(home: Home, url: str, *, key: str | None) -> Following:
    """
    Have a home follow another from now on.

    Args:
        key: Name of the key that is trusted; None to keep the one that is, or else to take the oldest
            one that the source shows.

    Raises:
        Refused: "home-has-own": it publishes itself. "key-unknown": the source does not show that key.
            As `Source.keyring`.
    """
    known = read_following(home)
    if known is None and home.exists() and home.named_release():
        raise Refused("home-has-own", where=home.path)
    with Source(url) as source:
        ring = source.keyring()
    trusted = key or (known.key if known is not None else None)
    if not ring.keys or (trusted is not None and ring.find(trusted) is None):
        shown = ", ".join(one.key for one in ring.keys)
        raise Refused("key-not-shown", where=source.url, found=trusted or "", expected=shown)
    if not home.exists():
        make_home(home, approvals=1, signs=False)
    name = trusted or ring.keys[0].key
    if known is None:
        following = Following(source.url, name, dt.datetime.now(dt.UTC).replace(microsecond=0))
    else:
        following = msgspec.structs.replace(known, url=source.url, key=name)
    keep_following(home, following)
    return following
