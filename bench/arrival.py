"""How long after its commit an event arrives, at a steady rate; and what endpoints that hang cost the others."""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median, quantiles

import psycopg

from bench.deliveries import Model, copy_model, event_id, new_model
from bench.options import Options
from bench.programs import listening, running
from bench.receiver import HOSTS
from bench.webhooks import RECEIVER, WORKER, WORKER_SETTINGS
from bench.wire import body_of
from bench.world import World
from bin._progress import Progress
from bin._setup import Stop

RATE = 100
SHORTEST_S = 15.0
WARM_S = 3.0  # of a round, not counted: the worker starts, and learns who hangs
HANGING = HOSTS // 10
MOST_ROUNDS = 3
AIMS = {"p50": 0.150, "p99": 1.0, "hanging": 1.5}
SILENCE_S = 30


@dataclass(frozen=True)
class Arrivals:
    """Seconds from commit to arrival."""

    p50: float
    p99: float


def measure_arrival(world: World, options: Options) -> list[str]:
    """Lines to print."""
    seconds = max(SHORTEST_S, options.seconds)
    rounds = min(MOST_ROUNDS, options.rounds)
    model = new_model(world)
    calm: list[Arrivals] = []
    troubled: list[Arrivals] = []
    with listening(RECEIVER, world.environ) as receiver, Progress("Measuring arrivals") as progress:
        for number in range(rounds):
            calm.append(_round(world, model, receiver, f"calm{number}", seconds=seconds, hanging=0))
            troubled.append(_round(world, model, receiver, f"hang{number}", seconds=seconds, hanging=HANGING))
            progress.show(
                f"round {number + 1} of {rounds}: p99 {calm[-1].p99:.3f} and {troubled[-1].p99:.3f} s"
            )
    return _told(calm, troubled)


def _told(calm: list[Arrivals], troubled: list[Arrivals]) -> list[str]:
    p50, p99 = median(one.p50 for one in calm), median(one.p99 for one in calm)
    hanging_p50, hanging_p99 = median(one.p50 for one in troubled), median(one.p99 for one in troubled)
    ratios = [bad.p99 / good.p99 for good, bad in zip(calm, troubled, strict=True)]
    return [
        f"{'arrival':<34}{'p50':>10}{'p99':>10}",
        f"{f'{RATE} events/s, {HOSTS} endpoints':<34}{p50 * 1000:>7.0f} ms{p99 * 1000:>7.0f} ms",
        f"{f'{HANGING} of them hang':<34}{hanging_p50 * 1000:>7.0f} ms{hanging_p99 * 1000:>7.0f} ms",
        f"{'aim':<34}{AIMS['p50'] * 1000:>7.0f} ms{AIMS['p99'] * 1000:>7.0f} ms",
        f"p99 of the others while some hang: {median(ratios):.2f} times; round by round "
        f"{', '.join(f'{ratio:.2f}' for ratio in ratios)}; aim: at most {AIMS['hanging']}",
        "",
        f"ARRIVAL p50={p50:.3f} p99={p99:.3f} hanging={median(ratios):.2f}",
    ]


def _round(world: World, model: Model, receiver: int, name: str, *, seconds: float, hanging: int) -> Arrivals:
    """A new worker, so that it knows nobody. Those that hang are left out of the figures."""
    urls = [
        f"http://127.0.0.{number + 1}:{receiver}/{'hangs' if number < hanging else 'timed'}/{name}/{number}"
        for number in range(HOSTS)
    ]
    with _worker(world):
        committed = _commit_steadily(world, model, urls, seconds=WARM_S + seconds)
        counted = {
            event: moment for event, moment in committed.items() if moment >= min(committed.values()) + WARM_S
        }
        arrivals = _await(receiver, set(committed))
    waits = [arrivals[event] - moment for event, moment in counted.items()]
    with psycopg.connect(world.database_url) as connection:  # the next round begins with an empty queue
        connection.execute("UPDATE deliveries SET state = 'failed' WHERE state = 'waiting'")
    return Arrivals(median(waits), quantiles(waits, n=100)[98])


@contextlib.contextmanager
def _worker(world: World) -> Iterator[None]:
    with running(WORKER, {**world.environ, **WORKER_SETTINGS}):
        time.sleep(WARM_S)
        yield


def _commit_steadily(world: World, model: Model, urls: list[str], *, seconds: float) -> dict[str, float]:
    """Event -> when it was committed, for the endpoints that answer. Each is a transaction of its own."""
    committed: dict[str, float] = {}
    with psycopg.connect(world.database_url) as connection:
        started = time.monotonic()
        for number in range(int(seconds * RATE)):
            time.sleep(max(0.0, started + number / RATE - time.monotonic()))
            url = urls[number % len(urls)]
            copy_model(connection, model, url=url, first=number, last=number)
            connection.commit()
            if "/timed/" in url:
                committed[event_id(url, number)] = time.monotonic()
    return committed


def _await(receiver: int, events: set[str]) -> dict[str, float]:
    """Raises Stop when something does not arrive."""
    end = time.monotonic() + SILENCE_S
    while True:
        arrivals: dict[str, float] = json.loads(body_of(receiver, "/arrivals"))
        if events <= arrivals.keys():
            return arrivals
        if time.monotonic() > end:
            raise Stop(f"{len(events - arrivals.keys())} of {len(events)} webhooks did not arrive.")
        time.sleep(0.2)
