"""Whether people and tokens are as the log tells them: whoever gives himself a role unseen is found."""

from app.workshop.accounts import Accounts, User, join_roles, person_key
from app.workshop.audit import AuditEntry
from app.workshop.database import Workshop
from app.workshop.tokens import Tokens, token_entry


class Told:
    """What the entries of the log, one after the other, say of people and tokens."""

    def __init__(self) -> None:
        self.roles: dict[str, str] = {}
        """Of those who may sign in, by their key."""
        self.gone: set[str] = set()
        self.tokens: dict[int, str] = {}
        """Of those that hold until their day, the entry that made them."""

    def hear(self, entry: AuditEntry) -> None:
        """Take in the next entry."""
        name, _, roles = entry.what.rpartition(": ")
        if entry.act in ("user-add", "user-role"):
            self.roles[person_key(name)] = roles
            self.gone.discard(person_key(name))
        elif entry.act == "user-remove":
            self._remove(person_key(entry.what))
        elif entry.act == "token-add":
            self.tokens[_number(entry)] = entry.what
        elif entry.act == "token-revoke":
            self.tokens.pop(_number(entry), None)

    def _remove(self, person: str) -> None:
        self.roles.pop(person, None)
        self.gone.add(person)
        named = {
            number: what.partition(" for ")[2].rpartition(": ")[0] for number, what in self.tokens.items()
        }
        for number in [number for number, name in named.items() if person_key(name) == person]:
            del self.tokens[number]


def first_untold(workshop: Workshop) -> str | None:
    """The first person or token that is not as the log tells, None where all are; the log itself holds."""
    told = Told()
    for entry in workshop.log.entries():
        told.hear(entry)
    users, tokens = Accounts(workshop).all(), Tokens(workshop).all()
    strange = [user.name for user in users if not _is_told(user, told)]
    strange += sorted({*told.roles, *told.gone} - {person_key(user.name) for user in users})
    strange += [
        f"token {token.id}"
        for token in reversed(tokens)
        if token.revoked is None and told.tokens.get(token.id) != token_entry(token)
    ]
    return strange[0] if strange else None


def _is_told(user: User, told: Told) -> bool:
    person = person_key(user.name)
    if user.disabled is not None:
        return person in told.gone
    return told.roles.get(person) == join_roles(user.roles)


def _number(entry: AuditEntry) -> int:
    return int(entry.what.partition(" ")[0])
