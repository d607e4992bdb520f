"""Workers that are killed in the middle: `bin/bench kills` on a small scale."""

from bench.kills import EVENTS_OF_A_SESSION, Trial, kill_workers
from bench.world import new_world
from tests.support.databases import postgresql_database


def test_every_event_arrives_in_order_although_workers_are_killed() -> None:
    trial = Trial(sessions=60, workers=2, kills=2, hurry=True)

    with postgresql_database() as url, new_world(url) as world:
        outcome = kill_workers(world, trial)

    assert outcome.problems == []
    assert outcome.events == trial.sessions * EVENTS_OF_A_SESSION
    assert outcome.arrivals >= outcome.events
