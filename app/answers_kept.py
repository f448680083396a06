"""Answers that a client keeps with their tags: in memory, or in a directory where they outlive it."""

import datetime as dt
import hashlib
from collections import OrderedDict
from pathlib import Path

import msgspec

MOST = 2_000
"""In memory; in a directory whoever names it decides how much room there is."""


class KeptAnswer(msgspec.Struct, frozen=True):
    """
    An answer.

    Attributes:
        immutable: It never changes: nobody need be asked again.
        body: As it was sent.
        held_at: When the service last said so.
    """

    etag: str
    immutable: bool
    body: bytes
    held_at: dt.datetime


class AnswersKept:
    """What was not asked for longest goes first."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._known: OrderedDict[str, KeptAnswer] = OrderedDict()
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)

    def find(self, address: str) -> KeptAnswer | None:
        """The answer of an address; one on the disk that is broken is as good as none."""
        if address in self._known:
            self._known.move_to_end(address)
            return self._known[address]
        if self._directory is None:
            return None
        try:
            return msgspec.msgpack.decode(self._path(address).read_bytes(), type=KeptAnswer)
        except (OSError, msgspec.DecodeError):
            return None

    def keep(self, address: str, answer: KeptAnswer) -> None:
        """Keep an answer in the place of a former one."""
        self._known[address] = answer
        self._known.move_to_end(address)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        if self._directory is not None:
            path = self._path(address)
            aside = path.with_suffix(".part")
            aside.write_bytes(msgspec.msgpack.encode(answer))
            aside.replace(path)

    def _path(self, address: str) -> Path:
        assert self._directory is not None
        return self._directory / f"{hashlib.sha256(address.encode()).hexdigest()}.answer"
