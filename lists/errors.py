"""Every refusal as one small tree; each names a reason and the facts a sentence about it needs."""


class ListsError(Exception):
    """
    A refusal that a person can act on.

    Args:
        reason: Key of the sentence that tells it, such as "amount-form".
        facts: What the sentence names: what was found, where, what was expected.
    """

    def __init__(self, reason: str, **facts: object) -> None:
        self.reason = reason
        self.facts = {name: str(value) for name, value in facts.items()}
        named = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        super().__init__(f"{reason}: {named}" if named else reason)


class BadText(ListsError):
    """A text of the source has not the form its place asks for; `convert` makes it a Problem."""


class BadAmount(BadText):
    """A text is no amount of money."""


class BadCode(BadText):
    """A text is no code of its kind, or its check digit is wrong."""


class BadDay(BadText):
    """A text is no civil day, no instant, or no such day exists."""


class SourceUnreadable(ListsError):
    """A source file cannot be opened or is not what it claims to be; nothing of it was used."""

    def __init__(self, reason: str, *, where: str, **facts: object) -> None:
        super().__init__(reason, where=where, **facts)


class NotThere(ListsError):
    """The question names something that no list has, or not on that day."""


class BadQuestion(ListsError):
    """The question itself cannot be answered: a wrong date, an unknown parameter, a future instant."""


class Refused(ListsError):
    """An act on a home is not possible as things stand; the home is unchanged."""


class NotSignedIn(ListsError):
    """Nobody is signed in, and no token that holds was sent."""


class NotAllowed(ListsError):
    """Whoever asks may not do this, or not in this way."""


class HomeBusy(Refused):
    """Somebody else is publishing in this home."""


class HomeBroken(ListsError):
    """What lies in a home is not what was sealed there: we are wrong, not the source."""
