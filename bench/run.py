"""bin/bench, second half: make a world, run the measures one after the other, print the table."""

import os
import signal
import sys
from types import FrameType

from bench.create import measure_create
from bench.options import options_from
from bench.page import measure_page
from bench.results import ratios_line, table
from bench.webhooks import measure_webhooks
from bench.world import new_world
from bin._progress import say
from bin._setup import Stop

MEASURES = {"create": measure_create, "page": measure_page, "webhooks": measure_webhooks}
STOPPERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str]) -> int:
    options = options_from(arguments)
    for number in STOPPERS:
        signal.signal(number, _stop_once)
    try:
        with new_world(os.environ["TEST_DATABASE_URL"]) as world:
            say(world.machine)
            results = [MEASURES[name](world, options) for name in options.measures]
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    say("\n" + "\n".join(table(results)) + "\n")
    say(ratios_line(results))
    return 0


def _stop_once(_number: int, _frame: FrameType | None) -> None:
    """The first Ctrl-C ends the run; a second one must not cut off the tidying up."""
    for number in STOPPERS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
