"""The pay page, against a bare Flask route that renders a page of the same size and text, without a database."""

import contextlib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.load import Load
from bench.options import Options
from bench.programs import web_server
from bench.results import Result
from bench.rounds import take_turns
from bench.wire import body_of, request_bytes
from bench.world import World
from bin._setup import Stop

TOKEN = re.compile(r'(name="csrf_token" [^>]*value=")[^"]+')
SESSIONS = 200  # a buyer sees the page once or twice: keeping the page of one session ready would win nothing
CLOSE = 0.02  # as near as the floor's page must come to the size of ours


def measure_page(world: World, options: Options) -> Result:
    sessions = [world.new_session(customer={}) for _ in range(SESSIONS)]
    with web_server("app.wsgi:app", world.environ) as ours:
        page = body_of(ours, f"/{sessions[0]}")
        with _template(page.decode(), sessions[0]) as template:
            environ = {**world.environ, "FLOOR_PAGE": str(template)}
            with web_server("bench.floor:app", environ) as floor:
                size = len(body_of(floor, f"/?session={sessions[0]}"))
                if abs(size / len(page) - 1) > CLOSE:
                    raise Stop(
                        f"Our page has {len(page)} bytes, the floor's {size}: bench/page.py needs a look."
                    )
                note = (
                    f"The pay page that asks for the buyer's details: {len(page)} bytes, the floor's {size}; "
                )
                note += f"{SESSIONS} sessions in turn."
                return _measure(options, ours=ours, floor=floor, sessions=sessions, note=note)


def _measure(options: Options, *, ours: int, floor: int, sessions: list[str], note: str) -> Result:
    headers = {"Accept": "text/html", "Accept-Language": "ko"}
    to_ours = [request_bytes("GET", f"/{session}", port=ours, headers=headers) for session in sessions]
    to_floor = [
        request_bytes("GET", f"/?session={session}", port=floor, headers=headers) for session in sessions
    ]
    return take_turns(
        "page",
        ours=Load(port=ours, requests=to_ours, status=200).run,
        floor=Load(port=floor, requests=to_floor, status=200).run,
        seconds=options.seconds,
        rounds=options.rounds,
        notes=[note],
    )


@contextlib.contextmanager
def _template(page: str, session: str) -> Iterator[Path]:
    """Our own page with a variable wherever something of the order stands."""
    assert not re.search(r"\{[{%#]", page), "the page has what Jinja takes for its own"
    text = TOKEN.sub(r"\1{{ token }}", page)
    for value, name in ((session, "session_id"), ("한빛 상점", "shop"), ("29,000원", "amount")):
        if value not in text:
            raise Stop(f"Our page does not have {value!r} on it: bench/page.py needs a look.")
        text = text.replace(value, f"{{{{ {name} }}}}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(text, "utf-8")
        yield path
