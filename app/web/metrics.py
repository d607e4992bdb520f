"""`GET /metrics`, for Prometheus: what our processes have counted, and what waits in the queues right now.

For everybody but METRICS_NETWORKS there is nothing here, nor at a shop's own domain.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app import clock
from app.errors import NotFound
from app.metrics import PREFIX, note_request, registry_to_show
from app.payments.queues import Held, Queue, held, queues
from app.services import services
from app.shops.queries import contracts_to_renew
from app.web.networks import comes_straight_from

blueprint = Blueprint("metrics", __name__)

RENEW_WITHIN = timedelta(days=60)  # a new certificate is asked for in the gateway's admin, by the shop
SURFACES = {"/api/": "api", "/static/": "static"}


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_count)


@blueprint.get("/metrics")
def show() -> Response:
    settings = services().settings
    if not comes_straight_from(settings.metrics_networks):
        raise NotFound()
    registry = CollectorRegistry()
    now = clock.now()
    registry.register(_Queues(queues(now=now)))
    registry.register(_Held(held(now=now)))
    registry.register(_ToRenew(contracts_to_renew(before=now + RENEW_WITHIN)))
    told = generate_latest(registry) + generate_latest(registry_to_show(settings))
    return Response(told, content_type=CONTENT_TYPE_LATEST)


class _Queues(Collector):
    def __init__(self, found: Iterable[Queue]) -> None:
        self._queues = tuple(found)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        yield self._family("queue_waiting", "What has not ended yet", lambda queue: queue.waiting)
        yield self._family("queue_due", "What should have been begun", lambda queue: queue.due)
        yield self._family(
            "queue_oldest_due_seconds", "How long the oldest due has waited", lambda queue: queue.oldest_due_s
        )

    def _family(self, name: str, about: str, figure: Callable[[Queue], float]) -> GaugeMetricFamily:
        family = GaugeMetricFamily(f"{PREFIX}{name}", about, labels=["queue"])
        for queue in self._queues:
            family.add_metric([queue.name], figure(queue))
        return family


class _Held(Collector):
    def __init__(self, found: Iterable[Held]) -> None:
        self._held = tuple(found)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        waiting = GaugeMetricFamily(f"{PREFIX}held", "What waits for a person", labels=["kind"])
        oldest = GaugeMetricFamily(
            f"{PREFIX}held_oldest_seconds", "Since the oldest of it began", labels=["kind"]
        )
        for one in self._held:
            waiting.add_metric([one.name], one.waiting)
            oldest.add_metric([one.name], one.oldest_s)
        return waiting, oldest


class _ToRenew(Collector):
    """By shop, since each has its own; those of which there is nothing to say yet are not shown."""

    def __init__(self, found: Iterable[tuple[str, str, datetime]]) -> None:
        self._found = tuple(found)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        ends = GaugeMetricFamily(
            f"{PREFIX}credentials_expire_timestamp_seconds",
            f"When a live contract's certificate ends, if within {RENEW_WITHIN.days} days",
            labels=["gateway", "shop"],
        )
        for shop_id, gateway, at in self._found:
            ends.add_metric([gateway, shop_id], at.timestamp())
        yield ends


def _begin() -> None:
    g.begun_at = time.perf_counter()


def _count(response: Response) -> Response:
    begun_at: float | None = g.get("begun_at")
    if begun_at is not None:
        path = request.path
        surface = next((name for prefix, name in SURFACES.items() if path.startswith(prefix)), "pages")
        note_request(surface=surface, status=response.status_code, seconds=time.perf_counter() - begun_at)
    return response
