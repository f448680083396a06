"""The least that a service with this framework is: one address, and its description made at the start."""

from litestar import Litestar, get
from litestar.openapi.config import OpenAPIConfig


@get("/health/ready", sync_to_thread=False)
def ready() -> dict[str, bool]:
    """Ready to answer."""
    return {"ready": True}


def application() -> Litestar:
    """A new application; it has read nothing."""
    app = Litestar([ready], openapi_config=OpenAPIConfig("Empty", "1"), logging_config=None)
    assert app.openapi_schema.paths
    return app
