"""Workers that are killed in the middle of their work: does every event arrive, in the order of its session?"""

import contextlib
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from subprocess import Popen

import psycopg

from bench.deliveries import make_due, new_model
from bench.options import Options
from bench.programs import listening, running
from bench.webhooks import RECEIVER, WORKER, WORKER_SETTINGS
from bench.wire import body_of
from bench.world import World
from bin._progress import Progress
from bin._setup import Stop

EVENTS_OF_A_SESSION = 5
PATIENCE_S = 150  # a killed worker's leases are over after a minute


@dataclass(frozen=True)
class Trial:
    """hurry: all workers are killed at a time, and their leases ended, where nobody wants to wait for a minute."""

    sessions: int = 1_000
    workers: int = 4
    kills: int = 12
    hurry: bool = False


@dataclass(frozen=True)
class Outcome:
    """problems: a sentence for each session in which something went wrong, and for what is stuck."""

    events: int
    arrivals: int
    kills: int
    seconds: float
    problems: list[str]


def measure_kills(world: World, options: Options) -> list[str]:
    """Lines to print. Raises Stop when something was lost, out of order or stuck."""
    trial = Trial()
    with Progress(f"Killing workers in the middle of {trial.sessions * EVENTS_OF_A_SESSION:,} deliveries"):
        outcome = kill_workers(world, trial)
    if outcome.problems:
        raise Stop("\n".join(outcome.problems[:20]))
    return [
        f"{outcome.events:,} events of {trial.sessions:,} sessions, {trial.workers} workers, {outcome.kills} kill -9, "
        f"{outcome.seconds:.0f} s: every event arrived, in the order of its session, and none is stuck.",
        f"{outcome.arrivals - outcome.events} arrived twice.",
        "",
        f"KILLS events={outcome.events} kills={outcome.kills} twice={outcome.arrivals - outcome.events} lost=0 "
        "out_of_order=0 stuck=0",
    ]


def kill_workers(world: World, trial: Trial) -> Outcome:
    model = new_model(world, refusals=EVENTS_OF_A_SESSION - 1)
    events = trial.sessions * EVENTS_OF_A_SESSION
    started = time.monotonic()
    with listening(RECEIVER, world.environ) as receiver, contextlib.ExitStack() as stack:
        url = f"http://127.0.0.1:{receiver}/noted"
        make_due(world, model, url=url, amount=trial.sessions)
        crew = _Crew(world, stack)
        crew.hire_up_to(trial.workers)
        for number in range(1, trial.kills + 1):
            _wait_for(receiver, number * events // (trial.kills + 1))
            for _ in range(trial.workers if trial.hurry else 1):
                crew.kill_one()
            if trial.hurry:
                _end_leases(world)
            crew.hire_up_to(trial.workers)
        waiting = _wait_for_the_end(world)
        notes: list[tuple[str, int]] = json.loads(body_of(receiver, "/notes"))
    problems = [*waiting, *_problems(notes, sessions=trial.sessions)]
    return Outcome(events, len(notes), trial.kills, time.monotonic() - started, problems)


@dataclass
class _Crew:
    world: World
    stack: contextlib.ExitStack
    _workers: list[Popen[bytes]] = field(default_factory=list)
    _random: random.Random = field(default_factory=lambda: random.Random(1))

    def hire_up_to(self, count: int) -> None:
        environ = {**self.world.environ, **WORKER_SETTINGS}
        while len(self._workers) < count:
            self._workers.append(self.stack.enter_context(running(WORKER, environ)))

    def kill_one(self) -> None:
        worker = self._workers.pop(self._random.randrange(len(self._workers)))
        worker.kill()
        worker.wait()


def _wait_for(receiver: int, arrivals: int) -> None:
    """Raises Stop."""
    end = time.monotonic() + PATIENCE_S
    while json.loads(body_of(receiver, "/noted"))["count"] < arrivals:
        if time.monotonic() > end:
            raise Stop(f"Not even {arrivals} webhooks arrived.")
        time.sleep(0.02)


def _end_leases(world: World) -> None:
    with psycopg.connect(world.database_url) as connection:
        connection.execute("UPDATE deliveries SET leased_until = now() WHERE leased_until IS NOT NULL")


def _wait_for_the_end(world: World) -> list[str]:
    """What is still not delivered when patience is at its end."""
    end = time.monotonic() + PATIENCE_S
    with psycopg.connect(world.database_url, autocommit=True) as connection:
        found = "SELECT count(*) FROM deliveries WHERE state = 'waiting'"
        while left := connection.execute(found).fetchone()[0]:  # type: ignore[index]  # a count is always answered
            if time.monotonic() > end:
                return [f"{left} deliveries are stuck."]
            time.sleep(0.2)
    return []


def _problems(notes: list[tuple[str, int]], *, sessions: int) -> Iterator[str]:
    """An event may come twice, but never after a later one of its session."""
    arrived: defaultdict[str, list[int]] = defaultdict(list)
    for session, sequence in notes:
        arrived[session].append(sequence)
    due = set(range(1, EVENTS_OF_A_SESSION + 1))
    if len(arrived) != sessions:
        yield f"Of {sessions} sessions {sessions - len(arrived)} were never heard of."
    for session, sequences in arrived.items():
        if lost := due - set(sequences):
            yield f"{session}: {lost} never arrived"
        if sequences != sorted(sequences):
            yield f"{session}: arrived as {Counter(sequences)} in the order {sequences}"
