"""What bin/bench can be told. Standard library only: it is read before .venv is there."""

import argparse
from dataclasses import dataclass

ABOUT = """\
Measures how much of a plain program's speed Korea Checkout keeps, on PostgreSQL with production settings:

  create    create-session, against a bare Flask route that stores the same JSON with one committed INSERT
  page      the pay page, against a bare Flask route that renders a page of the same size, without a database
  webhooks  what one worker delivers, against a thread pool of plain requests.post
  get       one session, against a bare Flask route that reads the same JSON by its key
  coupon    a coupon put on a session, against a bare Flask route that changes one row in one commit
  list      a page of 20 sessions, against a bare Flask route that reads 20 rows

Both sides take turns in short rounds; each pair of rounds gives a ratio, and the median counts. The last line
is for scripts: RATIOS create=0.61 page=0.72 webhooks=0.80. Aim: at least 0.5, 0.5 and 0.7.

  growth    how create, get, list and a month's summary slow down from 1 000 to 1 000 000 stored sessions; only
            when asked for, since storing them takes minutes. Its line is GROWTH create=1.03 …; aim: at most
            1.2 for the first three.
  arrival   how long after its commit an event arrives at 100 events/s, and how long while one in ten endpoints
            hangs. Aim: p50 0.15 s, p99 1 s, and at most 1.5 times that for those that do not hang
  backlog   how fast 100 000 due events are drained, against 1 000. Aim: as fast
  kills     5 000 events, 4 workers, 12 of them killed (kill -9) in the middle: everything must arrive, in order

Asking for webhooks by name measures arrival and backlog with it.

TEST_DATABASE_URL names the PostgreSQL, else 127.0.0.1:5432 is used. A database is made there and dropped.
"""
NAMES = ("create", "page", "webhooks", "get", "list", "coupon")
GROWTH = "growth"
WHEN_ASKED = (GROWTH, "arrival", "backlog", "kills")
WITH_WEBHOOKS = ("arrival", "backlog")


@dataclass(frozen=True)
class Options:
    """seconds: of one round of one side."""

    measures: tuple[str, ...]
    seconds: float
    rounds: int


def options_from(arguments: list[str]) -> Options:
    """Prints and ends the program for --help and for what it does not know."""
    parser = argparse.ArgumentParser(
        prog="bin/bench", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("measures", nargs="*", metavar="|".join((*NAMES, *WHEN_ASKED)), help="only these")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a round (2)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each side (7)")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.measures if name not in (*NAMES, *WHEN_ASKED)]
    if unknown:
        parser.error(f"there is no measure {unknown[0]!r}; there are {', '.join((*NAMES, *WHEN_ASKED))}")
    if given.seconds <= 0 or given.rounds < 1:
        parser.error("--seconds and --rounds must be more than nothing")
    if "webhooks" in given.measures:
        given.measures += WITH_WEBHOOKS
    chosen = tuple(name for name in (*NAMES, *WHEN_ASKED) if name in given.measures) or NAMES
    return Options(chosen, given.seconds, given.rounds)
