"""What a home that follows another knows of it: where it is, whom it trusts, and how it went last."""

import datetime as dt

import msgspec

from app.home import Home, write_whole
from app.manifest import as_document
from app.operator import Operator
from lists.errors import HomeBroken


class Following(msgspec.Struct, frozen=True):
    """
    The first home, as the second one knows it.

    Attributes:
        url: Where its API is, without a slash at the end.
        key: Name of the key that is trusted: what it signed, and the keys that were vouched for after it.
        since: When it was first followed.
        tried_at: When it was last asked.
        caught_up_at: When everything it had was last here.
        trouble: Why that failed the last time, by the key of the sentence; None where it went well.
        facts: What the sentence names.
        publisher: Who answers for its lists, and where they are named, as it told last; nobody signs that.
    """

    url: str
    key: str
    since: dt.datetime
    tried_at: dt.datetime | None = None
    caught_up_at: dt.datetime | None = None
    trouble: str | None = None
    facts: dict[str, str] = {}
    publisher: Operator | None = None


def read_following(home: Home) -> Following | None:
    """
    Whom a home follows; None where it publishes itself.

    Raises:
        HomeBroken: "following-broken".
    """
    try:
        return msgspec.json.decode(home.following.read_bytes(), type=Following)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise HomeBroken("following-broken", where=home.following.name, found=error) from error


def keep_following(home: Home, following: Following) -> None:
    """Write down whom a home follows and how it went."""
    write_whole(as_document(following), home.following)
