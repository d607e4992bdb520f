"""create-session, against a bare Flask route that stores the same JSON with one committed INSERT."""

import json

import psycopg

from bench.load import Load
from bench.options import Options
from bench.programs import web_server
from bench.results import Result
from bench.rounds import take_turns
from bench.wire import request_bytes
from bench.world import World, order_body


def measure_create(world: World, options: Options) -> Result:
    with psycopg.connect(world.database_url) as connection:
        connection.execute("CREATE TABLE floor_orders (id varchar(40) PRIMARY KEY, body jsonb NOT NULL)")
    body = json.dumps(order_body(), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "x-api-key": world.api_key}
    with (
        web_server("app.wsgi:app", world.environ) as ours,
        web_server("bench.floor:app", world.environ) as floor,
    ):
        path = "/api/checkout/create-session"
        to_ours = request_bytes("POST", path, port=ours, headers=headers, body=body)
        to_floor = request_bytes("POST", "/", port=floor, headers=headers, body=body)
        return take_turns(
            "create",
            ours=Load(port=ours, requests=[to_ours], status=201).run,
            floor=Load(port=floor, requests=[to_floor], status=201).run,
            seconds=options.seconds,
            rounds=options.rounds,
            notes=[f"The same {len(body)} bytes of JSON to both."],
        )
