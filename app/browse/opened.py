"""One snapshot, opened in Datasette: what answers for it, who is asking, and how it is closed for good."""

import asyncio
import json
import logging
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.database import Database

from app.browse.plugin import DATABASE
from lists.errors import HomeBroken

METADATA = Path(__file__).resolve().parents[2] / "datasette-metadata.json"
ALLOW_SQL = "BLALISTE_ALLOW_SQL"
"""Environment: 1 where visitors may write SQL of their own, beside the named queries."""

_SETTINGS = {
    "facet_time_limit_ms": 50,
    "max_returned_rows": 500,
    "allow_download": False,
    "suggest_facets": False,
    # A page must not be older than the snapshot it speaks of.
    "default_cache_ttl": 0,
}


class Opened:
    """
    A Datasette over one snapshot.

    Attributes:
        asking: Requests that are being answered from it now.
    """

    def __init__(self, release: int, datasette: Datasette) -> None:
        self.release = release
        self.asking = 0
        self.app: Any = datasette.client.app
        self._datasette = datasette

    async def warm(self) -> None:
        """
        Have it do what it does on its first requests, before anybody waits for that.

        Raises:
            HomeBroken: "snapshot-unreadable": it cannot show what lies there.
        """
        for path in ("/", f"/{DATABASE}"):
            answer = await self.ask(path)
            if answer.status_code != 200:
                raise HomeBroken("snapshot-unreadable", where=f"{self.release:06d}", found=answer.status_code)

    async def ask(self, path: str) -> Any:
        """Its answer to a question that no visitor asked, as an httpx response."""
        return await self._datasette.client.get(path)

    async def close(self) -> None:
        """Close its files and end its threads; nobody may be asking any more."""
        await asyncio.to_thread(self._datasette.executor.shutdown)
        for database in self._datasette.databases.values():
            database.close()
            await _end_writing(database)


def open_snapshot(release: int, snapshot: Path, *, demonstration: bool = False) -> Opened:
    """
    Open the lists.db of a snapshot; it must not be written any more, ever.

    Args:
        demonstration: What it holds is made up, and every page says so.
    """
    # It warns of every unit that it knows already, and each snapshot brings the same ones.
    logging.getLogger("datasette.vendored.pint").setLevel(logging.ERROR)
    datasette = Datasette(
        immutables=[str(snapshot / f"{DATABASE}.db")],
        metadata=_metadata(demonstration=demonstration),
        settings={**_SETTINGS, **_sql_settings(allowed=os.environ.get(ALLOW_SQL) == "1")},
    )
    for database in datasette.databases.values():
        _let_end(database)
    return Opened(release, datasette)


def _sql_settings(*, allowed: bool) -> dict[str, Any]:
    # Our own queries need a third of a second for 66,000 British products; a visitor's get less.
    return {"default_allow_sql": allowed, "sql_time_limit_ms": 200 if allowed else 1000}


def _metadata(*, demonstration: bool) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(METADATA.read_bytes())
    if demonstration:
        said["title"] = f"Demonstration: {said['title']}"
        # This one stands at the foot of every page.
        said["license"] = "This is a demonstration: all products, suppliers and prices here are made up."
    for query in said["databases"][DATABASE]["queries"].values():
        query["license"] = said["license"]  # tables inherit it, queries do not
    return said


class _Leave(BaseException):
    """Ends a thread of Datasette; no Exception, as it would go on after one."""


def _let_end(database: Database) -> None:
    """Let the thread that writes a database end when it is told to; Datasette knows no way to do that."""
    write = database._execute_writes  # noqa: SLF001

    def write_until_told() -> None:
        with suppress(_Leave):
            write()

    database._execute_writes = write_until_told  # noqa: SLF001


async def _end_writing(database: Database) -> None:
    thread: threading.Thread | None = database._write_thread  # noqa: SLF001
    if thread is None:
        return

    def leave(_: object) -> None:
        raise _Leave

    await database.execute_write_fn(leave, block=False)
    await asyncio.to_thread(thread.join, 5)
