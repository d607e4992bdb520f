"""How the API slows down as sessions pile up: the same requests where few and where many are stored."""

import json
from collections.abc import Sequence

import psycopg

from bench.load import Load
from bench.options import Options
from bench.programs import web_server
from bench.results import Result
from bench.rounds import take_turns
from bench.wire import request_bytes
from bench.world import World, new_world, order_body
from bin._progress import Progress, say

FEWER, MORE = 1_000, 1_000_000
READ = 500  # how many different sessions are read in turn
SPACING = "interval '30 seconds'"  # between two sessions: a million reach back about a year

# Nine of ten sessions were paid, one in twenty of those refunded.
COPIES = (
    f"""
    INSERT INTO checkout_sessions SELECT copy.* FROM checkout_sessions model, generate_series(1, %(amount)s) number,
      jsonb_populate_record(model, jsonb_build_object('id', 'cs_' || md5('stored ' || number),
        'created_at', now() - number * {SPACING}, 'opened_at', now() - number * {SPACING},
        'state', CASE WHEN number %% 10 = 0 THEN 'expired' WHEN number %% 20 = 1 THEN 'refunded' ELSE 'completed' END,
        'completed_at', CASE WHEN number %% 10 = 0 THEN NULL ELSE now() - number * {SPACING} END)) copy
    WHERE model.id = %(model)s
    """,
    """
    INSERT INTO attempts (id, session_id, gateway_account_id, gateway, method, amount, state, error_answers,
      check_tries, created_at, confirmed_at, ended_at)
    SELECT 'pay_' || md5(session.id), session.id, account.id, 'toss', 'card', session.total_amount, 'approved', 0, 0,
      session.created_at, session.completed_at, session.completed_at
    FROM checkout_sessions session, gateway_accounts account
    WHERE session.completed_at IS NOT NULL AND account.shop_id = session.shop_id AND NOT account.livemode
      AND account.gateway = 'toss'
    """,
    """
    INSERT INTO refunds (id, session_id, attempt_id, merchant_id, shop_id, livemode, number, amount, tax_free_amount,
      notify_customer, state, error_answers, check_tries, created_at, ended_at)
    SELECT 'ref_' || md5(session.id), session.id, attempt.id, session.merchant_id, session.shop_id, session.livemode, 1,
      session.total_amount, 0, false, 'succeeded', 0, 0, session.completed_at, session.completed_at
    FROM checkout_sessions session JOIN attempts attempt ON attempt.session_id = session.id
    WHERE session.state = 'refunded'
    """,
)


def measure_growth(server: str, options: Options) -> list[Result]:
    with new_world(server) as few, new_world(server) as many:
        say(many.machine)
        _store(few, FEWER)
        _store(many, MORE)
        with (
            web_server("app.wsgi:app", few.environ) as small,
            web_server("app.wsgi:app", many.environ) as large,
        ):
            return [
                take_turns(
                    title,
                    ours=Load(port=large, requests=_requests(title, many, large), status=status).run,
                    floor=Load(port=small, requests=_requests(title, few, small), status=status).run,
                    seconds=options.seconds,
                    rounds=options.rounds,
                    notes=[],
                )
                for title, status in (("create", 201), ("get", 200), ("list", 200), ("summary", 200))
            ]


def _store(world: World, amount: int) -> None:
    model = world.new_session()
    with (
        Progress(f"Storing {amount:,} sessions"),
        psycopg.connect(world.database_url, autocommit=True) as connection,
    ):
        for statement in COPIES:
            connection.execute(statement, {"amount": amount, "model": model})
        connection.execute("VACUUM ANALYZE")  # as autovacuum would have done


def _requests(title: str, world: World, port: int) -> Sequence[bytes]:
    headers = {"x-api-key": world.api_key}
    if title == "create":
        body = json.dumps(order_body(), ensure_ascii=False).encode()
        path = "/api/checkout/create-session"
        json_headers = {**headers, "Content-Type": "application/json"}
        return [request_bytes("POST", path, port=port, headers=json_headers, body=body)]
    paths = {
        "get": [f"/api/checkout/session/{session}" for session in _some_sessions(world)],
        "list": ["/api/checkout/sessions?limit=20", "/api/checkout/sessions?limit=20&status=expired"],
        "summary": ["/api/analytics/summary"],
    }
    return [request_bytes("GET", path, port=port, headers=headers) for path in paths[title]]


def _some_sessions(world: World) -> list[str]:
    """From all over the table."""
    with psycopg.connect(world.database_url) as connection:
        rows = connection.execute("SELECT id FROM checkout_sessions ORDER BY md5(id) LIMIT %s", [READ])
        return [row[0] for row in rows.fetchall()]
