"""The tables of a workshop, and how one that an earlier version of this program made gets those it lacks."""

import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations

from app.workshop.audit import TABLE


def opened(path: Path) -> Database:
    """The database of a workshop, with all its tables; it is made where there is none."""
    db = Database(sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False))
    db.conn.execute("PRAGMA journal_mode = WAL")
    db.conn.execute("PRAGMA synchronous = FULL")
    _MIGRATIONS.apply(db)
    return db


_MIGRATIONS = Migrations("workshop")


@_MIGRATIONS()
def first_tables(db: Database) -> None:
    """Settings, drafts and the log."""
    db.table("setting").create({"name": str, "value": str}, pk="name", strict=True)
    db.table("draft").create({"draft": int, "state": str, "record": str}, pk="draft", strict=True)
    db.table("audit").create(TABLE, pk="entry", strict=True)


@_MIGRATIONS()
def people(db: Database) -> None:
    """Who may do what, and who is signed in; of passwords, tokens and cookies only hashes."""
    user = {"person": str, "name": str, "roles": str, "hash": str, "added": str, "disabled": str}
    db.table("user").create(user, pk="person", strict=True)
    token = {"id": int, "hash": str, "person": str, "name": str, "roles": str, "added": str, "expires": str}
    db.table("token").create({**token, "revoked": str}, pk="id", strict=True)
    db.table("token").create_index(["hash"], unique=True)
    session = {"hash": str, "person": str, "begun": int, "seen": int}
    db.table("session").create(session, pk="hash", strict=True)
    db.table("attempt").create({"person": str, "failures": int, "last": int}, pk="person", strict=True)
