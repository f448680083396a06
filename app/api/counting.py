"""The numbers that the framework's own middleware counts, for answers that do not pass it."""

from collections.abc import Callable
from typing import TypeAlias

from litestar.plugins.prometheus import PrometheusConfig, PrometheusMiddleware
from litestar.types import Receive, Scope, Send
from prometheus_client import Counter, Histogram

Count: TypeAlias = Callable[[float], None]
"""Counts that an answer was sent, in so many seconds."""


class Counting:
    """Counts in the same series, whichever way an answer goes."""

    def __init__(self, config: PrometheusConfig) -> None:
        self._config = config
        self._metrics = PrometheusMiddleware(_no_application, config)
        self._known: dict[tuple[str, int], Count] = {}

    def of(self, path: str, status: int) -> Count:
        """
        What counts the answers of an endpoint that have a status.

        Args:
            path: With `{name}` for what differs.
        """
        known = self._known.get((path, status))
        if known is None:
            known = self._known[path, status] = self._count(path, status)
        return known

    def _count(self, path: str, status: int) -> Count:
        counter, histogram = self._labelled(path, status)

        def count(seconds: float) -> None:
            counter.inc()
            histogram.observe(seconds)

        return count

    def _labelled(self, path: str, status: int) -> tuple[Counter, Histogram]:
        labels: dict[str, str | int | float] = {
            "method": "GET",
            "path": path,
            "status_code": status,
            "app_name": self._config.app_name,
        }
        counter, histogram = self._metrics.request_count(labels), self._metrics.request_time(labels)
        return counter.labels(*labels.values()), histogram.labels(*labels.values())


async def _no_application(scope: Scope, receive: Receive, send: Send) -> None:
    """A middleware wants one."""
