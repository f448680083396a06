"""What a catalogue tells of the lists, whoever it is written for."""

import datetime as dt
from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import quote, urlsplit

import msgspec

from app.catalogue.issuers import Issuer, is_blue, issuer_of
from app.files.contents import ReleasedFile
from app.operator import Operator
from app.shapes import ListShape
from app.words import LANGUAGES, say
from ingest.m30.names import is_goods_list

# What is said, by language.
Texts: TypeAlias = Mapping[str, str]


class ToldList(msgspec.Struct, frozen=True):
    """
    A list in a catalogue.

    Attributes:
        issued: When the first of its editions became public.
        published_at: When the edition in force did.
        files: The newest release's files of this list alone, as it stands today.
    """

    shape: ListShape
    issued: dt.datetime
    published_at: dt.datetime
    files: tuple[ReleasedFile, ...]


class Places(msgspec.Struct, frozen=True):
    """
    What addresses begin with; "" where they are told from where they stand.

    Attributes:
        here: Scheme and host at which all this is served.
        named: What the names of the lists begin with: in a copy those of the service that it follows.
    """

    here: str
    named: str


class Catalogue(msgspec.Struct, frozen=True):
    """
    All lists in force.

    Attributes:
        operator: Who runs this service.
        publisher: Who answers for the lists; in a copy whoever runs the service that it follows.
        release: The newest one; 0 where nothing is published.
        issued: When the first release became public.
        published_at: When the newest one did.
        language: What the lists are written in: "nb" or "en".
        norwegian: They are kept under Norwegian numbers.
        made_up: They are a demonstration.
    """

    places: Places
    operator: Operator
    publisher: Operator
    release: int
    issued: dt.datetime | None
    published_at: dt.datetime | None
    language: str
    norwegian: bool
    made_up: bool
    lists: tuple[ToldList, ...]

    def address(self, path: str) -> str:
        """Where a path of ours is served."""
        return self.places.here + path

    def name(self, path: str) -> str:
        """What a path of ours is called in every copy."""
        return self.places.named + path

    def list_name(self, told: ToldList) -> str:
        """What a list is called in every copy."""
        return self.name(f"/liste/{quote(told.shape.list, safe='')}")

    def file_path(self, file: ReleasedFile) -> str:
        """The path of a file of the release."""
        return f"{self.files_path()}/{quote(file.path)}"

    def files_path(self) -> str:
        """The path at which the release's files are named."""
        return f"/v1/releases/{self.release}/files"

    def issuer(self, told: ToldList) -> Issuer | None:
        """Who gives a list out; None of what is made up, or not Norwegian."""
        return issuer_of(told.shape.list) if self._is_real() else None

    def is_regulated(self, told: ToldList) -> bool:
        """Whether a list is kept by the Norwegian regulation; what is made up is not."""
        return self._is_real() and is_blue(told.shape.list)

    def is_quarterly(self, told: ToldList) -> bool:
        """Whether a list is known to change every quarter, as the Norwegian lists of goods do."""
        return self.norwegian and is_goods_list(told.shape.list)

    def title(self) -> Texts:
        """What it is called."""
        return {lang: say("page", "title", lang) for lang in LANGUAGES}

    def description(self) -> Texts:
        """What it holds; of a demonstration that it is one."""
        key = "catalogue-told" if self.norwegian else "catalogue-told-other"
        return {lang: self._told(say("page", key, lang), lang) for lang in LANGUAGES}

    def list_title(self, told: ToldList) -> str:
        """What a list is called, in its own language."""
        return f"{told.shape.list} {told.shape.title}"

    def list_description(self, told: ToldList) -> Texts:
        """What a list holds."""
        edition = told.shape.in_force.edition if told.shape.in_force is not None else ""
        title, count = self.list_title(told), told.shape.products
        return {
            lang: self._told(
                say("page", "catalogue-list-told", lang, list=title, edition=edition, products=count), lang
            )
            for lang in LANGUAGES
        }

    def operator_name(self) -> Texts:
        """What the operator is called; of one that is not known, which host it runs."""
        return _name_of(self.operator, self.places.here)

    def publisher_name(self) -> Texts:
        """What the publisher is called, as `operator_name`."""
        return _name_of(self.publisher, self.places.named)

    def _is_real(self) -> bool:
        return self.norwegian and not self.made_up

    def _told(self, text: str, lang: str) -> str:
        return f"{text} {say('page', 'demonstration', lang)}" if self.made_up else text


def _name_of(known: Operator, address: str) -> Texts:
    if known.name is not None:
        return dict.fromkeys(LANGUAGES, known.name)
    host = urlsplit(address).netloc
    return {lang: say("page", "catalogue-operator", lang, host=host) for lang in LANGUAGES}
