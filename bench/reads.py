"""Reading one session and a page of the list, against a bare Flask route that reads the same JSON from one table."""

import json

import psycopg

from bench.load import Load
from bench.options import Options
from bench.programs import web_server
from bench.results import Result
from bench.rounds import take_turns
from bench.wire import body_of, request_bytes
from bench.world import World

SESSIONS = 200
PAGE = 20


def measure_get(world: World, options: Options) -> Result:
    sessions = [world.new_session() for _ in range(SESSIONS)]
    paths = [f"/api/checkout/session/{session}" for session in sessions]
    return _measure("get", world, options, paths, [f"/orders/{session}" for session in sessions])


def measure_list(world: World, options: Options) -> Result:
    for _ in range(SESSIONS):
        world.new_session()
    return _measure(
        "list", world, options, [f"/api/checkout/sessions?limit={PAGE}"], [f"/orders?limit={PAGE}"]
    )


def _measure(title: str, world: World, options: Options, paths: list[str], floor_paths: list[str]) -> Result:
    with (
        web_server("app.wsgi:app", world.environ) as ours,
        web_server("bench.floor:app", world.environ) as floor,
    ):
        _store_answers(world, ours)
        headers = {"x-api-key": world.api_key}
        to_ours = [request_bytes("GET", path, port=ours, headers=headers) for path in paths]
        to_floor = [request_bytes("GET", path, port=floor, headers={}) for path in floor_paths]
        sizes = len(body_of(ours, paths[0], headers)), len(body_of(floor, floor_paths[0]))
        return take_turns(
            title,
            ours=Load(port=ours, requests=to_ours, status=200).run,
            floor=Load(port=floor, requests=to_floor, status=200).run,
            seconds=options.seconds,
            rounds=options.rounds,
            notes=[f"{sizes[0]} bytes, the floor's {sizes[1]}."],
        )


def _store_answers(world: World, port: int) -> None:
    """The floor's table holds the very JSON that we answer with."""
    headers = {"x-api-key": world.api_key}
    listed = json.loads(body_of(port, "/api/checkout/sessions?limit=100", headers))["data"]
    with psycopg.connect(world.database_url) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS floor_orders (id varchar(40) PRIMARY KEY, body jsonb NOT NULL)"
        )
        sessions = connection.execute("SELECT id FROM checkout_sessions").fetchall()
        for number, (session,) in enumerate(sessions):
            body = json.dumps(listed[number % len(listed)])
            connection.execute(
                "INSERT INTO floor_orders VALUES (%s, %s) ON CONFLICT DO NOTHING", [session, body]
            )
