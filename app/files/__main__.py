"""Makes the files of a snapshot that is being made: `python -m app.files DATABASE DIRECTORY [FORMER]`."""

import os
import sys
from contextlib import closing
from pathlib import Path

import msgspec

from app.files.make import make_files
from app.logs import set_up_logs
from app.serving.lifeline import end_with_parent
from app.snapshot import Snapshot
from ingest import store

_NICE = 5


def main() -> None:
    """Write the files below DIRECTORY, and what they are as JSON to standard output."""
    set_up_logs()
    end_with_parent()
    # Readers come first: nobody waits for these but the publish itself.
    os.nice(_NICE)
    database, directory, *former = map(Path, sys.argv[1:])
    with closing(Snapshot(store.connect(database), None)) as snapshot:
        made = make_files(snapshot, (former[0] if former else None, database), directory)
    sys.stdout.buffer.write(msgspec.json.encode(made))


if __name__ == "__main__":
    main()
