"""A coupon put on a session, against a bare Flask route that changes one row in one commit."""

import json

import psycopg

from bench.load import Load
from bench.options import Options
from bench.programs import web_server
from bench.results import Result
from bench.rounds import take_turns
from bench.wire import request_bytes
from bench.world import World

SESSIONS = 200
COUPON = {"code": "BENCH10", "type": "percentage", "discount_value": 10, "usage_limit": 1_000_000}


def measure_coupon(world: World, options: Options) -> Result:
    """The last session's coupon is replaced by itself, again and again: each time it is looked up, checked and kept."""
    answer = world.app.test_client().post(
        "/api/coupons/create", json=COUPON, headers={"x-api-key": world.api_key}
    )
    assert answer.status_code == 201, answer.text
    bodies = [
        json.dumps({"sessionId": world.new_session(), "couponCode": "BENCH10"}).encode()
        for _ in range(SESSIONS)
    ]
    with psycopg.connect(world.database_url) as connection:
        connection.execute("CREATE TABLE floor_totals (id varchar(40) PRIMARY KEY, total bigint NOT NULL)")
        for body in bodies:
            session_id = json.loads(body)["sessionId"]
            connection.execute("INSERT INTO floor_totals VALUES (%s, 29000)", (session_id,))
    headers = {"Content-Type": "application/json", "x-api-key": world.api_key}
    with (
        web_server("app.wsgi:app", world.environ) as ours,
        web_server("bench.floor:app", world.environ) as floor,
    ):
        path = "/api/coupons/apply"
        to_ours = [request_bytes("POST", path, port=ours, headers=headers, body=body) for body in bodies]
        to_floor = [
            request_bytes("POST", "/total", port=floor, headers=headers, body=body) for body in bodies
        ]
        return take_turns(
            "coupon",
            ours=Load(port=ours, requests=to_ours, status=200).run,
            floor=Load(port=floor, requests=to_floor, status=200).run,
            seconds=options.seconds,
            rounds=options.rounds,
            notes=[f"{SESSIONS} sessions in turn, the same JSON to both."],
        )
