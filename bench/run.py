"""bin/bench, second half: make a world, run the measures one after the other, print the table."""

import os
import signal
import sys
from types import FrameType

from bench.arrival import measure_arrival
from bench.backlog import measure_backlog
from bench.coupon import measure_coupon
from bench.create import measure_create
from bench.growth import FEWER, MORE, measure_growth
from bench.kills import measure_kills
from bench.options import GROWTH, Options, options_from
from bench.page import measure_page
from bench.reads import measure_get, measure_list
from bench.results import Result, growth_line, growth_table, ratios_line, table
from bench.webhooks import measure_webhooks
from bench.world import new_world
from bin._progress import say
from bin._setup import Stop

MEASURES = {
    "create": measure_create,
    "page": measure_page,
    "webhooks": measure_webhooks,
    "get": measure_get,
    "list": measure_list,
    "coupon": measure_coupon,
}
# Each makes a world of its own and says what it found in lines.
TOLD = {"arrival": measure_arrival, "backlog": measure_backlog, "kills": measure_kills}
STOPPERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str]) -> int:
    options = options_from(arguments)
    for number in STOPPERS:
        signal.signal(number, _stop_once)
    server = os.environ["TEST_DATABASE_URL"]
    try:
        plain = [name for name in options.measures if name in MEASURES]
        results = _against_floors(server, plain, options) if plain else []
        growth = measure_growth(server, options) if GROWTH in options.measures else []
        told = [_told(server, name, options) for name in options.measures if name in TOLD]
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    if results:
        say("\n" + "\n".join(table(results)) + "\n")
        say(ratios_line(results))
    if growth:
        say("\n" + "\n".join(growth_table(growth, FEWER, MORE)) + "\n")
        say(growth_line(growth))
    for lines in told:
        say("\n" + "\n".join(lines))
    return 0


def _against_floors(server: str, names: list[str], options: Options) -> list[Result]:
    with new_world(server) as world:
        say(world.machine)
        return [MEASURES[name](world, options) for name in names]


def _told(server: str, name: str, options: Options) -> list[str]:
    with new_world(server) as world:
        say(world.machine)
        return TOLD[name](world, options)


def _stop_once(_number: int, _frame: FrameType | None) -> None:
    """The first Ctrl-C ends the run; a second one must not cut off the tidying up."""
    for number in STOPPERS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
