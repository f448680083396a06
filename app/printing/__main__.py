"""Sets the lists of a snapshot that is being made: `python -m app.printing DATABASE DIRECTORY EDITION…`."""

import os
import sys
from contextlib import closing
from pathlib import Path

from app.printing.document import list_document
from app.printing.typeset import typeset
from app.serving.lifeline import end_with_parent
from app.snapshot import Snapshot, printed_name
from ingest import store

_NICE = 5


def main() -> None:
    """Write one PDF for each edition that is named; `--demonstration` says that the lists are made up."""
    end_with_parent()
    # Readers come first: a document is needed by nobody at once.
    os.nice(_NICE)
    demonstration = "--demonstration" in sys.argv
    database, directory, *editions = (word for word in sys.argv[1:] if word != "--demonstration")
    with closing(Snapshot(store.connect(Path(database)), None)) as snapshot:
        instants = {known.release: known.published_at for known in snapshot.releases}
        for mark in snapshot.editions:
            if mark.id in editions:
                document = list_document(snapshot, mark, demonstration=demonstration)
                pdf = typeset(document, instants[mark.release])
                (Path(directory) / printed_name(mark)).write_bytes(pdf)


if __name__ == "__main__":
    main()
