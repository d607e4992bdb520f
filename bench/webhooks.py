"""What one worker delivers, against a thread pool of plain requests.post.

Both send the same body and headers to the same receiver, and both are started anew for each round; the time is
that from the first arrival to the last, so the start is not in it.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bench.deliveries import Model, check_delivered, make_due, new_model
from bench.options import Options
from bench.programs import PYTHON, listening, running
from bench.results import Result
from bench.rounds import Round, take_turns
from bench.wire import body_of
from bench.world import World
from bin._setup import Stop

THREADS = 16  # WORKER_CONCURRENCY, and the plain pool's
FEWEST = 200  # deliveries of a round
SILENCE_S = 30
WORKER = [PYTHON, "-m", "flask", "--app", "app.wsgi", "worker"]
RECEIVER = [PYTHON, "-m", "bench.receiver"]
WORKER_SETTINGS = {"WEBHOOK_ALLOW_PRIVATE": "1", "WORKER_CONCURRENCY": str(THREADS)}
NOTE = (
    f"One worker with {THREADS} threads, which also claims and stores each delivery in the database; the plain pool "
    f"has {THREADS} and stores nothing. WEBHOOK_ALLOW_PRIVATE=1, for the receiver is on loopback: the check of its "
    "address is not measured."
)


def measure_webhooks(world: World, options: Options) -> Result:
    model = new_model(world)
    with listening(RECEIVER, world.environ) as receiver:
        sides = Sides(world, model, receiver)
        rate = sides.floor(FEWEST).rate
        return take_turns(
            "webhooks",
            ours=lambda seconds: sides.ours(max(FEWEST, int(rate * seconds))),
            floor=lambda seconds: sides.floor(max(FEWEST, int(rate * seconds))),
            seconds=options.seconds,
            rounds=options.rounds,
            notes=[NOTE],
        )


@dataclass
class Sides:
    """Each round has an address of its own, by which the receiver counts."""

    world: World
    model: Model
    receiver: int
    numbers: Iterator[int] = field(default_factory=count)

    def ours(self, amount: int) -> Round:
        path, url = self._new_address()
        make_due(self.world, self.model, url=url, amount=amount)
        done = self._run(WORKER, {**self.world.environ, **WORKER_SETTINGS}, path, amount)
        check_delivered(self.world, url=url, amount=amount)
        return done

    def floor(self, amount: int) -> Round:
        path, url = self._new_address()
        command = [PYTHON, "-m", "bench.plain_pool", url, str(amount), str(THREADS)]
        return self._run(command, self.world.environ, path, amount)

    def _new_address(self) -> tuple[str, str]:
        path = f"/{next(self.numbers)}"
        return path, f"http://127.0.0.1:{self.receiver}{path}"

    def _run(self, command: list[str], environ: Mapping[str, str], path: str, amount: int) -> Round:
        """Until everything has arrived. Raises Stop when nothing comes any more."""
        given = json.dumps({"body": self.model.body, "headers": self.model.headers}).encode()
        seen, seen_at = 0, time.monotonic()
        with running(command, environ, given) as process:
            while (tally := self._tally(path))["count"] < amount:
                if tally["count"] > seen:
                    seen, seen_at = tally["count"], time.monotonic()
                elif process.poll() or time.monotonic() > seen_at + SILENCE_S:
                    raise Stop(f"Only {seen} of {amount} webhooks arrived.")
                time.sleep(0.1)
        return Round(rate=(tally["count"] - 1) / tally["seconds"], helper=tally["busy"])

    def _tally(self, path: str) -> dict[str, Any]:
        tally: dict[str, Any] = json.loads(body_of(self.receiver, path))
        return tally
