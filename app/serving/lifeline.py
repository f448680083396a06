"""A process that outlives the one that started it serves nobody: here it learns to end with it."""

import ctypes
import os
import signal
import sys
import threading
import time

PARENT = "BLALISTE_PARENT"
"""Process id of whoever started this process; without it nobody is watched."""

_PR_SET_PDEATHSIG = 1
_SECONDS_BETWEEN_LOOKS = 0.5


def end_with_parent(sent: signal.Signals = signal.SIGKILL) -> None:
    """
    Have this process end as soon as its parent is gone, even where that was killed and could not say so.

    Args:
        sent: What the process gets then. Readers hold nothing that could be lost, so they are killed.
    """
    parent = int(os.environ.get(PARENT, "0"))
    if parent == 0:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
        # The parent may have died before the call above was heard.
        if os.getppid() != parent:
            os.kill(os.getpid(), sent)
    else:
        threading.Thread(target=_watch, args=(parent, sent), daemon=True).start()


def _watch(parent: int, sent: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    os.kill(os.getpid(), sent)
