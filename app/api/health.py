"""Whether this process lives, whether it can answer, and what it has done so far."""

from typing import Any

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.plugins.prometheus import PrometheusController

from app.served import Served


@get("/health/live", include_in_schema=False, media_type=MediaType.TEXT)
async def live() -> str:
    """The process answers."""
    return "live\n"


@get("/health/ready", include_in_schema=False)
async def ready(served: NamedDependency[Served]) -> Response[str]:
    """The process answers questions, the first as fast as any; an empty home is ready too."""
    return Response(f"ready, release {served.snapshot.release}\n", media_type=MediaType.TEXT)


class Metrics(PrometheusController):
    """Counters of this worker, in Prometheus' text form."""

    include_in_schema = False


ROUTES: list[Any] = [live, ready, Metrics]
