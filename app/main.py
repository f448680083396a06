"""The application as a server loads it: the home is named by BLALISTE_HOME."""

import os
from pathlib import Path

from litestar.types import ASGIApp

from app.access import ACCESS_LOG, AccessLog
from app.api.application import create_app
from app.home import DEFAULT_HOME, Home
from app.logs import set_up_logs


def home_from_environment() -> Home:
    """The home that BLALISTE_HOME names, `./data` where it is not set."""
    return Home(Path(os.environ.get("BLALISTE_HOME") or DEFAULT_HOME))


def application() -> ASGIApp:
    """A new application; every worker makes its own."""
    set_up_logs()
    home = home_from_environment()
    home.require()
    wanted = os.environ.get(ACCESS_LOG) == "1"
    return create_app(home, access_log=AccessLog() if wanted else None)
