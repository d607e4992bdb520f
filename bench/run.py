"""bin/bench, second half: make a world, run the measures one after the other, print the table."""

import os
import signal
import sys
from types import FrameType

from bench.coupon import measure_coupon
from bench.create import measure_create
from bench.growth import FEWER, MORE, measure_growth
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
STOPPERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str]) -> int:
    options = options_from(arguments)
    for number in STOPPERS:
        signal.signal(number, _stop_once)
    server = os.environ["TEST_DATABASE_URL"]
    try:
        plain = [name for name in options.measures if name != GROWTH]
        results = _against_floors(server, plain, options) if plain else []
        growth = measure_growth(server, options) if GROWTH in options.measures else []
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
    return 0


def _against_floors(server: str, names: list[str], options: Options) -> list[Result]:
    with new_world(server) as world:
        say(world.machine)
        return [MEASURES[name](world, options) for name in names]


def _stop_once(_number: int, _frame: FrameType | None) -> None:
    """The first Ctrl-C ends the run; a second one must not cut off the tidying up."""
    for number in STOPPERS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
