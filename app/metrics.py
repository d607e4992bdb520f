"""What Prometheus is told of this process.

With PROMETHEUS_MULTIPROC_DIR, which prometheus-client reads itself, all processes of a machine count into one folder
and each tells of all. Every metric has a label, so that nothing is written there before the settings were checked. No
label names a shop, a session or a host: there are too many, and they are nobody's business.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from app.settings import Settings

PREFIX = "korea_checkout_"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0)

ATTEMPTS = Counter(f"{PREFIX}webhook_attempts", "Webhooks sent, by what came of it", ["outcome"])
ATTEMPT_SECONDS = Histogram(
    f"{PREFIX}webhook_attempt_seconds", "From sending a webhook to its answer", ["accepted"], buckets=SECONDS
)
WAIT_SECONDS = Histogram(
    f"{PREFIX}webhook_wait_seconds",
    "From when a webhook was due until it was sent",
    ["try"],
    buckets=(*SECONDS, 60.0, 600.0, 3600.0),
)
JOB_RUNS = Counter(f"{PREFIX}job_runs", "Rounds of the worker's jobs", ["job", "outcome"])
JOB_ROWS = Counter(f"{PREFIX}job_rows", "What the worker's jobs worked on", ["job"])
JOB_SECONDS = Histogram(f"{PREFIX}job_seconds", "How long a round took", ["job"], buckets=SECONDS)
JOB_SUCCEEDED_AT = Gauge(
    f"{PREFIX}job_last_success_timestamp_seconds",
    "When a round last ended well",
    ["job"],
    multiprocess_mode="max",
)
REQUESTS = Counter(f"{PREFIX}http_requests", "Requests answered", ["surface", "status"])
REQUEST_SECONDS = Histogram(
    f"{PREFIX}http_request_seconds", "From a request to its answer", ["surface"], buckets=SECONDS
)

UNMAPPED = Counter(
    f"{PREFIX}gateway_codes_unmapped",
    "Refusals whose code no adapter knows; the log tells which",
    ["gateway", "operation"],
)


def registry_to_show(settings: Settings) -> CollectorRegistry:
    """Of this process, or of all that share the folder."""
    if not settings.prometheus_multiproc_dir:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry, settings.prometheus_multiproc_dir)  # type: ignore[no-untyped-call]  # has no types
    return registry


class JobRound:
    """rows: how many were worked on; set by the caller."""

    rows: int = 0
    seconds: float = 0.0


@contextmanager
def job_round(job: str) -> Iterator[JobRound]:
    """Count one round of a job, however it ends."""
    round_, started = JobRound(), time.perf_counter()
    try:
        yield round_
    except BaseException:
        JOB_RUNS.labels(job, "failed").inc()
        raise
    else:
        JOB_RUNS.labels(job, "done").inc()
        JOB_ROWS.labels(job).inc(round_.rows)
        JOB_SUCCEEDED_AT.labels(job).set(time.time())
    finally:
        round_.seconds = time.perf_counter() - started
        JOB_SECONDS.labels(job).observe(round_.seconds)


def note_attempt(*, outcome: str, accepted: bool, seconds: float, waited_s: float, is_first: bool) -> None:
    """outcome: `2xx` and the like, or our word for why there was no answer."""
    ATTEMPTS.labels(outcome).inc()
    ATTEMPT_SECONDS.labels("yes" if accepted else "no").observe(seconds)
    WAIT_SECONDS.labels("first" if is_first else "later").observe(max(0.0, waited_s))


def note_unmapped(*, gateway: str, operation: str) -> None:
    """operation: payment or refund. The code is no label: a buyer's browser may bring any."""
    UNMAPPED.labels(gateway, operation).inc()


def note_request(*, surface: str, status: int, seconds: float) -> None:
    REQUESTS.labels(surface, f"{status // 100}xx").inc()
    REQUEST_SECONDS.labels(surface).observe(seconds)
