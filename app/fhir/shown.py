"""How much of a resource a client wants to be shown."""

from msgspec import Struct


class Shown(Struct, frozen=True):
    """
    How much of a resource is shown.

    Attributes:
        summary: "true": FHIR's summary of it; "text": what it cannot be without; else all of it.
        elements: These only, beside what it cannot be without; all where there are none.
    """

    summary: str = ""
    elements: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.summary not in ("true", "text") and not self.elements
