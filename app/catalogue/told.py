"""What a catalogue tells of the lists, whoever it is written for."""

import datetime as dt
from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from app.files.contents import ReleasedFile
from app.shapes import ListShape
from app.words import LANGUAGES, say

# What is said, by language.
Texts: TypeAlias = Mapping[str, str]


class ToldList(msgspec.Struct, frozen=True):
    """
    A list in a catalogue.

    Attributes:
        published_at: When the edition in force became public.
        files: The newest release's files of this list alone, as it stands today.
    """

    shape: ListShape
    published_at: dt.datetime
    files: tuple[ReleasedFile, ...]


class Catalogue(msgspec.Struct, frozen=True):
    """
    All lists in force.

    Attributes:
        origin: Scheme and host that it is served at; "" where addresses are told from where it stands.
        release: The newest one; 0 where nothing is published.
        language: What the lists are written in: "nb" or "en".
        norwegian: They are kept under Norwegian numbers.
        made_up: They are a demonstration.
    """

    origin: str
    release: int
    published_at: dt.datetime | None
    language: str
    norwegian: bool
    made_up: bool
    lists: tuple[ToldList, ...]

    def address(self, path: str) -> str:
        """A path of ours, whole."""
        return self.origin + path

    def file(self, file: ReleasedFile) -> str:
        """Where a file of the release is taken from."""
        return self.address(f"/v1/releases/{self.release}/files/{file.path}")

    def title(self) -> Texts:
        """What it is called."""
        return {lang: say("page", "title", lang) for lang in LANGUAGES}

    def description(self) -> Texts:
        """What it holds; of a demonstration that it is one."""
        return {lang: self._told(say("page", "catalogue-told", lang), lang) for lang in LANGUAGES}

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

    def paged(self) -> Texts:
        """What a list is called that is read page by page."""
        return {lang: say("page", "catalogue-paged", lang) for lang in LANGUAGES}

    def _told(self, text: str, lang: str) -> str:
        return f"{text} {say('page', 'demonstration', lang)}" if self.made_up else text
