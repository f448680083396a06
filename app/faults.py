"""Faults that are nobody's question, named so that a person can act: a full disk, a damaged file, or ours."""

import errno
import sqlite3

import structlog

from lists.errors import HomeBroken, HomeBusy, ListsError, Refused


def named(error: Exception) -> ListsError:
    """A fault that is nobody's question: a disk that takes no more, a file that is damaged, or ours."""
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return Refused("no-room", found=error.strerror or "")
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return HomeBusy("busy")
    if isinstance(error, sqlite3.OperationalError):
        return Refused("no-room", found=error)
    _LOG.error("internal", exc_info=error)
    if isinstance(error, sqlite3.DatabaseError):
        return HomeBroken("database-broken", found=error)
    return HomeBroken("internal")


_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST)
_NO_ROOM = (*_FULL, *_FORBIDDEN)
_LOG = structlog.get_logger("blaliste.faults")
